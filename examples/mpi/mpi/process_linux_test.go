//go:build amd64 || arm64

package mpi_test

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
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

func init() {
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
