//go:build amd64 || arm64

package mpi_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"example.com/lockstep/examples/internal/script"
	"example.com/lockstep/examples/mpi/mpi"
	"github.com/ebitengine/purego"
)

// After MPI has started, the C library is what it was, and every signal handler keeps off the stacks
// of goroutines: os/signal asks it of all that is not Go.
func TestProcessIsLeftAlone(t *testing.T) {
	testRole(t, 2, "process")
	// The way over UCX is Open MPI's choice where there is a fast network.
	for _, l := range script.MPILaunchers() {
		if l.Name != "openmpi" {
			continue
		}
		t.Run("openmpi over UCX", func(t *testing.T) {
			r := launch(t, l, 2, "process", "OMPI_MCA_pml=ucx",
				"OMPI_MCA_opal_common_ucx_tls=any", "OMPI_MCA_opal_common_ucx_devices=any")
			if strings.Contains(r.stderr, "component was not found") {
				t.Skip("this Open MPI was built without UCX")
			}
			mustSucceed(t, r)
		})
	}
}

// A crash in C has words as well: what Go's runtime says, with the goroutine that was there.
func TestCrashInCIsReported(t *testing.T) {
	underEach(t, 2, "crash", func(t *testing.T, r result) {
		for _, want := range []string{"SIGSEGV: segmentation violation", "signal arrived during cgo execution", "mpi.Raw"} {
			if r.code == 0 || !strings.Contains(r.stderr, want) {
				t.Errorf("exit code %d, want failure; stderr, want %q:\n%s", r.code, want, r.stderr)
			}
		}
	})
}

// patchable are the functions that MPI libraries like to change.
var patchable = []string{"mmap", "munmap", "mremap", "madvise", "brk", "sbrk", "shmat", "shmdt"}

// firstBytes returns how each of them begins.
func firstBytes() (map[string][16]byte, error) {
	libc, err := purego.Dlopen("libc.so.6", purego.RTLD_NOW)
	if err != nil {
		return nil, err
	}
	begins := map[string][16]byte{}
	for _, name := range patchable {
		address, err := purego.Dlsym(libc, name)
		if err != nil {
			return nil, err
		}
		begins[name] = **(**[16]byte)(unsafe.Pointer(&address))
	}
	return begins, nil
}

// A rank does not outlive what has started it, also while it waits in MPI.
func TestRanksEndWithTheirLauncher(t *testing.T) {
	each(t, func(t *testing.T, l script.MPILauncher) {
		self, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		dir, err := os.MkdirTemp("", "mpi") // marks the processes of this job; its name is short for their sockets
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		cmd := l.Command(ctx, 3, self, "orphans")
		// A launcher that was killed cannot remove the memory that its ranks shared.
		cmd.Env = append(cmd.Env, "TMPDIR="+dir, "OMPI_MCA_btl_vader_backing_directory="+dir)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		defer cmd.Wait()
		defer cmd.Process.Kill()                                  // one that is left alone may hang
		for begun := false; ; time.Sleep(50 * time.Millisecond) { // until they have begun, and ended by themselves
			_, err := os.Stat(filepath.Join(dir, "all are there"))
			begun = begun || err == nil
			left := 0
			lists, _ := filepath.Glob("/proc/[0-9]*/environ")
			for _, list := range lists {
				env, _ := os.ReadFile(list)
				file, _ := os.Readlink(filepath.Join(filepath.Dir(list), "exe"))
				if file == self && bytes.Contains(env, []byte("TMPDIR="+dir+"\x00")) {
					left++
				}
			}
			if begun && left == 0 {
				return
			}
			if ctx.Err() != nil {
				t.Fatalf("begun %v, and %d ranks have outlived their launcher", begun, left)
			}
		}
	})
}

func init() {
	roles["orphans"] = func(world *mpi.Comm) error {
		if err := world.Barrier(); err != nil || world.Rank() > 0 {
			return errors.Join(err, world.Barrier()) // for which rank 0 never comes
		}
		if err := os.WriteFile(filepath.Join(os.Getenv("TMPDIR"), "all are there"), nil, 0o600); err != nil {
			return err
		}
		if err := syscall.Kill(os.Getppid(), syscall.SIGKILL); err != nil {
			return err
		}
		select {}
	}

	if len(os.Args) < 2 || os.Args[1] != "process" && os.Args[1] != "crash" {
		return
	}
	before, err := firstBytes()
	roles["process"] = func(world *mpi.Comm) error {
		var c check
		c.ok("before", err)
		after, err := firstBytes()
		c.ok("after", err)
		c.equal("the beginnings of libc's functions", after, before)
		for number := uintptr(1); number <= 64; number++ {
			var old struct {
				handler, flags, restorer uintptr
				mask                     uint64
			}
			_, _, errno := syscall.RawSyscall6(syscall.SYS_RT_SIGACTION, number, 0, uintptr(unsafe.Pointer(&old)), 8, 0, 0)
			if errno != 0 {
				c.errorf("signal %d: %v", number, errno)
			}
			const onStack = 0x08000000
			if old.handler > 1 && old.flags&onStack == 0 {
				c.errorf("the handler of %v is not on the signal stack: flags %#x", syscall.Signal(number), old.flags)
			}
		}
		c.ok("Barrier", world.Barrier())
		return c.err()
	}
	roles["crash"] = func(world *mpi.Comm) error {
		if world.Rank() == 1 {
			return fmt.Errorf("no crash, but %v", mpi.Raw("strlen", 1))
		}
		return world.Barrier()
	}
}

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
