// Package launch finds the MPI launchers of this machine, and starts ranks under them.
package launch

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"
)

// Install says how to get a launcher.
const Install = "apt-get install openmpi-bin, or apt-get install mpich"

// A Launcher starts MPI programs.
type Launcher struct {
	Name string // openmpi or mpich
	Path string
}

// Env makes every launcher start any number of ranks, for any user, on any machine. Each reads
// its own and ignores the rest; the flags for the same differ between them.
var Env = map[string]string{
	"OMPI_ALLOW_RUN_AS_ROOT":                   "1",
	"OMPI_ALLOW_RUN_AS_ROOT_CONFIRM":           "1",
	"OMPI_MCA_rmaps_base_oversubscribe":        "1", // Open MPI 4
	"PRTE_MCA_rmaps_default_mapping_policy":    ":oversubscribe",
	"PRTE_MCA_mapby":                           ":oversubscribe", // Open MPI 6
	"OMPI_MCA_hwloc_base_binding_policy":       "none",
	"OMPI_MCA_btl_vader_single_copy_mechanism": "none", // containers forbid process_vm_readv
	"OMPI_MCA_orte_base_help_aggregate":        "0",
	"OMPI_MCA_pml":                             "ob1", // to look for others takes longer than a job here
}

// Launchers returns the launchers on this machine, each kind once. Debian's names come first:
// there, mpirun is one of them.
var Launchers = sync.OnceValue(func() []Launcher {
	found := map[string]Launcher{}
	for _, name := range []string{"mpirun.openmpi", "mpirun.mpich", "mpirun", "mpiexec"} {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		out, _ := exec.Command(path, "--version").CombinedOutput()
		kind := "mpich"
		if s := string(out); strings.Contains(s, "Open MPI") || strings.Contains(s, "OpenRTE") || strings.Contains(s, "PRRTE") {
			kind = "openmpi"
		}
		if _, ok := found[kind]; !ok {
			found[kind] = Launcher{kind, path}
		}
	}
	var all []Launcher
	for _, kind := range slices.Sorted(maps.Keys(found)) {
		all = append(all, found[kind])
	}
	return all
})

// Command returns a command that starts n ranks of a program under l, ended by ctx. Its standard
// input is a pipe that nobody writes to.
func (l Launcher) Command(ctx context.Context, n int, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, l.Path, append([]string{"-n", fmt.Sprint(n), program}, args...)...)
	// A killed launcher could not end its ranks.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 5 * time.Second
	// Its input stays open as long as it runs: MPICH's launcher passes on the end of its input, and dies of
	// SIGPIPE if the ranks have failed before.
	cmd.StdinPipe()
	cmd.Env = os.Environ()
	for name, v := range Env {
		if _, ok := os.LookupEnv(name); !ok {
			cmd.Env = append(cmd.Env, name+"="+v)
		}
	}
	return cmd
}
