package mpi_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"example.com/lockstep/examples/internal/script"
	"example.com/lockstep/examples/mpi/mpi"
)

// An MPI in a folder of its own is found beside its launcher, with a shell between the launcher and the rank.
func TestLibraryBesideItsLauncher(t *testing.T) {
	each(t, func(t *testing.T, l script.MPILauncher) {
		if l.Name != "mpich" {
			t.Skip("Open MPI's launcher finds the rest of itself by the path it was built for: MPICH's stands for both")
		}
		prefix := t.TempDir()
		for _, dir := range []string{"bin", "lib"} {
			if err := os.Mkdir(filepath.Join(prefix, dir), 0o777); err != nil {
				t.Fatal(err)
			}
		}
		for _, name := range []string{"mpiexec.hydra", "hydra_pmi_proxy"} {
			path, err := exec.LookPath(name)
			if err != nil {
				t.Skip(err)
			}
			if out, err := exec.Command("cp", path, filepath.Join(prefix, "bin", name)).CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
		}
		// What the linker finds elsewhere is the same library; its name tells the two apart.
		r := launch(t, l, 1, "where")
		mustSucceed(t, r)
		installed := "/usr/lib/" // Debian's folder is named after the processor
		files, _ := filepath.Glob(installed + "*/" + strings.TrimSpace(r.stdout))
		if len(files) == 0 {
			t.Skipf("%s is not below %s", strings.TrimSpace(r.stdout), installed)
		}
		library := filepath.Join(prefix, "lib", filepath.Base(files[0]))
		if err := os.Symlink(files[0], library); err != nil {
			t.Fatal(err)
		}
		self, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		l.Path = filepath.Join(prefix, "bin", "mpiexec.hydra")
		r = launchProgram(t, l, 2, "/bin/sh", []string{"-c", `"$0" where; exit $?`, self})
		mustSucceed(t, r)
		if want := strings.Repeat(library+"\n", 2); r.stdout != want {
			t.Errorf("loaded %q, want %q", r.stdout, want)
		}
	})
}

// A window that is larger than the shared memory there is: a sentence, and no SIGBUS.
func TestWindowLargerThanSharedMemory(t *testing.T) {
	each(t, func(t *testing.T, l script.MPILauncher) {
		self, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		// A namespace has a small /dev/shm of its own.
		const small = `mount -t tmpfs -o size=24m none /dev/shm`
		if out, err := exec.Command("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", small).CombinedOutput(); err != nil {
			t.Skipf("needs a namespace of its own (unshare --user --mount): %v %s", err, out)
		}
		launcher, wrapper := l.Path, filepath.Join(t.TempDir(), "run")
		text := fmt.Sprintf("#!/bin/sh\nexec unshare --user --map-root-user --mount sh -c '%s; exec \"$0\" \"$@\"' %s \"$@\"\n", small, launcher)
		syscall.ForkLock.RLock() // a child started just now would hold the file open: text file busy
		err = os.WriteFile(wrapper, []byte(text), 0o777)
		syscall.ForkLock.RUnlock()
		if err != nil {
			t.Fatal(err)
		}
		l.Path = wrapper
		r := launchProgram(t, l, 2, self, []string{"large-window"})
		if r.code == 0 || strings.Contains(r.stderr, "SIGBUS") || !strings.Contains(r.stderr, "WinAllocate(") && !strings.Contains(r.stderr, "WinAllocate: ") {
			t.Errorf("exit code %d; want a failure and its reason\n%s%s", r.code, r.stdout, r.stderr)
		}
	})
}

func init() {
	roles["where"] = func(world *mpi.Comm) error {
		v, err := mpi.Library()
		fmt.Println(v.File)
		return err
	}
	roles["large-window"] = func(world *mpi.Comm) error {
		w, err := mpi.WinAllocate[byte](world, 100<<20)
		if err != nil {
			return err
		}
		return errors.Join(errors.New("there was room"), w.Free())
	}
}
