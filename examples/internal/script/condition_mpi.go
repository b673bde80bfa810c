package script

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"example.com/lockstep/examples/mpi/launch"
	"github.com/rogpeppe/go-internal/testscript"
)

// An MPILauncher starts MPI programs.
type MPILauncher = launch.Launcher

// MPILaunchers returns the launchers on this machine, each kind once.
func MPILaunchers() []MPILauncher { return launch.Launchers() }

// mpiChoice names, by its path, the launcher that scripts use. RunMPI sets it.
const mpiChoice = "LOCKSTEP_MPIRUN"

// mpiLimit is how long one MPI job may take. Ranks poll: a job that hangs burns a core for each.
const mpiLimit = 60 * time.Second

func init() {
	conditions["mpi"] = func() error { return probeMPI(chosenMPI()) }
	conditions["netns"] = sync.OnceValue(probeNetns)
	for _, name := range []string{"openmpi", "mpich"} {
		conditions[name] = func() error {
			if l := chosenMPI(); l.Name != name {
				return fmt.Errorf("this run is not under %s", name)
			}
			return probeMPI(chosenMPI())
		}
	}
}

// chosenMPI returns the launcher of this run: RunMPI's, or the first there is.
func chosenMPI() MPILauncher {
	choice := os.Getenv(mpiChoice)
	for _, l := range MPILaunchers() {
		if choice == "" || choice == l.Path {
			return l
		}
	}
	return MPILauncher{}
}

var (
	probedMu sync.Mutex
	probed   = map[MPILauncher]error{} // guarded by probedMu
)

// probeMPI returns nil if two ranks of the program under test have really reduced under l. The
// program must have a role for that: with the argument probe, rank 0 prints "2 ranks reduced".
func probeMPI(l MPILauncher) error {
	if l.Path == "" {
		return errors.New("no MPI launcher found (mpirun): " + launch.Install)
	}
	probedMu.Lock()
	defer probedMu.Unlock()
	if err, ok := probed[l]; ok {
		return err
	}
	probed[l] = runProbe(l)
	return probed[l]
}

func runProbe(l MPILauncher) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), mpiLimit)
	defer cancel()
	// Open MPI's launchers lose each other's files where they share a folder: a probe that fails by
	// that would skip all scripts.
	dir, err := os.MkdirTemp("", "probe")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	cmd := l.Command(ctx, 2, self, "probe")
	cmd.Env = append(cmd.Env, "TMPDIR="+dir)
	out, err := cmd.CombinedOutput()
	if err == nil && strings.TrimSpace(string(out)) == "2 ranks reduced" {
		return nil
	}
	first, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	return fmt.Errorf("%s cannot run two ranks (%v): %s (%s)", l.Path, err, first, launch.Install)
}

// probeNetns returns nil if network namespaces, which stand in for hosts, can be made and entered.
func probeNetns() error {
	name := fmt.Sprintf("lockstep-%d", os.Getpid())
	const enter = `ip netns add $0 && ip netns exec $0 unshare --uts true; code=$?; ip netns del $0; exit $code`
	out, err := exec.Command("sh", "-c", enter, name).CombinedOutput()
	if err != nil {
		return fmt.Errorf("network namespaces need Linux, root, ip and unshare (apt-get install iproute2 util-linux): %s",
			strings.TrimSpace(string(out)))
	}
	return nil
}

// RunMPI is Run, under each MPI launcher of the machine: TestScripts/openmpi/hello is the script
// hello under Open MPI. Without a launcher the scripts run once, and those that need mpi are skipped.
func RunMPI(t *testing.T, concept string) {
	if len(MPILaunchers()) == 0 {
		Run(t, concept)
	}
	for _, l := range MPILaunchers() {
		t.Run(l.Name, func(t *testing.T) {
			t.Setenv(mpiChoice, l.Path)
			Run(t, concept)
		})
	}
}

// setupMPI puts the command mpirun into the script's path: the launcher of this run, with a time
// limit, and what it needs in the environment.
func setupMPI(env *testscript.Env) error {
	if os.Getenv(mpiChoice) == "" {
		return nil
	}
	l := chosenMPI()
	var b strings.Builder
	b.WriteString("#!/bin/sh\n")
	for _, name := range slices.Sorted(maps.Keys(launch.Env)) {
		fmt.Fprintf(&b, "export %s=%s\n", name, launch.Env[name])
	}
	limit := ""
	if path, err := exec.LookPath("timeout"); err == nil {
		limit = fmt.Sprintf("%s -k 5 %d ", path, int(mpiLimit.Seconds()))
	}
	// Called by a path, Open MPI's launcher would look for the rest of itself beside it.
	fmt.Fprintf(&b, "exec %s%s \"$@\"\n", limit, filepath.Base(l.Path))
	dir := filepath.Join(env.WorkDir, ".bin")
	if err := os.Mkdir(dir, 0o777); err != nil {
		return err
	}
	// A child that another script starts just now would hold the file open for writing until its
	// exec, and to run it would fail: text file busy (go.dev/issue/22315).
	syscall.ForkLock.RLock()
	err := os.WriteFile(filepath.Join(dir, "mpirun"), []byte(b.String()), 0o777)
	syscall.ForkLock.RUnlock()
	if err != nil {
		return err
	}
	path := strings.Join([]string{dir, env.Getenv("PATH"), filepath.Dir(l.Path)}, string(os.PathListSeparator))
	env.Setenv("PATH", path)
	return nil
}
