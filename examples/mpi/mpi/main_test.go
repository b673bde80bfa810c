package mpi_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/lockstep/examples/internal/script"
	"example.com/lockstep/examples/mpi/mpi"
)

// How a job ends, and what is said about it.
func TestExitCodes(t *testing.T) {
	for _, tc := range []struct {
		role   string
		code   int
		stderr string
	}{
		{"exit-nil", 0, ""},
		{"exit-error", 1, "rank 1: out of paper\n"},
		{"exit-panic", 2, "rank 1: panic: index of nothing"},
		{"exit-abort", 7, ""},
		{"exit-abort-dup", 7, ""},
		{"exit-goexit", 2, "rank 1: the goroutine that called mpi.Main has ended"},
		{"exit-request", 1, "but 1 requests were not waited for"},
		{"exit-inside-multiple", 1, "but 1 goroutines are still inside MPI"},
		{"exit-bad-abort", 2, "rank 1: panic: mpi: Abort: MPI_ERR_ARG: exit code 256: want 1 to 255"},
	} {
		t.Run(tc.role, func(t *testing.T) {
			underEach(t, 2, tc.role, func(t *testing.T, r result) {
				if r.code != tc.code || !strings.Contains(r.stderr, tc.stderr) {
					t.Errorf("exit code %d, want %d; stderr, want %q:\n%s", r.code, tc.code, tc.stderr, r.stderr)
				}
			})
		})
	}
}

func TestNilDereferenceIsRecovered(t *testing.T) { testTogether(t, 2, "recover") }
func TestFunneled(t *testing.T)                  { testRole(t, 1, "thread-funneled") }
func TestSerialized(t *testing.T)                { testRole(t, 2, "thread-serialized") }
func TestSerializedRefuses(t *testing.T)         { testRole(t, 2, "refused-serialized") }
func TestMultiple(t *testing.T)                  { testRole(t, 2, "thread-multiple") }

// Nothing works outside Main, and nothing crashes.
func TestBeforeMain(t *testing.T) {
	_, libErr := mpi.Library()
	_, nameErr := mpi.ProcessorName()
	_, dimsErr := mpi.Dims(4, 2)
	_, opErr := mpi.NewOp(func(in, inout []int) {}, true)
	_, vectorErr := mpi.NewVector[int](1, 1, 1)
	for what, err := range map[string]error{
		"Library": libErr, "ProcessorName": nameErr, "Dims": dimsErr, "NewOp": opErr, "NewVector": vectorErr,
		"Raw": mpi.Raw("MPI_Barrier"),
	} {
		if !errors.Is(err, mpi.ErrNotRunning) {
			t.Errorf("%s: got %v, want %v", what, err, mpi.ErrNotRunning)
		}
	}
	var c check
	for _, comm := range []*mpi.Comm{nil, new(mpi.Comm)} {
		noCommunicator(&c, comm)
	}
	if err := c.err(); err != nil {
		t.Error(err)
	}
}

// noCommunicator looks whether all that needs a communicator refuses c, which is none: nil, zero or freed.
func noCommunicator(c *check, comm *mpi.Comm) {
	_, err := comm.Dup()
	c.is("Dup", err, mpi.ErrComm)
	_, err = comm.Split(1, 1)
	c.is("Split", err, mpi.ErrComm)
	_, err = comm.SplitShared()
	c.is("SplitShared", err, mpi.ErrComm)
	_, err = comm.Subset([]int{0}, 0)
	c.is("Subset", err, mpi.ErrComm)
	_, err = comm.CartCreate([]int{1}, []bool{false})
	c.is("CartCreate", err, mpi.ErrComm)
	_, err = comm.Ibarrier()
	c.is("Ibarrier", err, mpi.ErrComm)
	_, err = mpi.Ibcast(comm, []int{1}, 0)
	c.is("Ibcast", err, mpi.ErrComm)
	_, err = mpi.Iallreduce(comm, []int{1}, []int{1}, mpi.Sum)
	c.is("Iallreduce", err, mpi.ErrComm)
	_, err = mpi.BcastValue(comm, "", 0)
	c.is("BcastValue", err, mpi.ErrComm)
	_, err = mpi.GatherValue(comm, "", 0)
	c.is("GatherValue", err, mpi.ErrComm)
	_, _, err = mpi.Mprobe[int](comm, 0, 0)
	c.is("Mprobe", err, mpi.ErrComm)
	_, err = mpi.WinAllocate[int](comm, 1)
	c.is("WinAllocate", err, mpi.ErrComm)
	_, err = mpi.WinAllocatev[int](comm, []int{1})
	c.is("WinAllocatev", err, mpi.ErrComm)
	_, err = mpi.WinAllocateShared[int](comm, []int{1})
	c.is("WinAllocateShared", err, mpi.ErrComm)
	c.is("Free", comm.Free(), mpi.ErrComm)
	c.is("Barrier", comm.Barrier(), mpi.ErrComm)
	c.is("Send", mpi.Send(comm, []int{1}, 0, 0), mpi.ErrComm)
	for _, cart := range []*mpi.Cart{nil, {Comm: comm}} {
		c.is("Free of a grid", cart.Free(), mpi.ErrComm)
		_, err = cart.Coords(0)
		c.is("Coords", err, mpi.ErrComm)
		_, err = cart.RankAt(nil)
		c.is("RankAt", err, mpi.ErrComm)
		_, _, err = cart.Shift(0, 1)
		c.is("Shift", err, mpi.ErrComm)
	}
	for _, w := range []*mpi.Window[int]{nil, new(mpi.Window[int])} {
		_, err = w.Shared(0)
		c.is("Shared", err, mpi.ErrWin)
		_, err = w.FetchAndOp(1, mpi.Sum, 0, 0)
		c.is("FetchAndOp", err, mpi.ErrWin)
		for what, err := range map[string]error{
			"Free": w.Free(), "Fence": w.Fence(), "Lock": w.Lock(0, true), "Unlock": w.Unlock(0), "LockAll": w.LockAll(),
			"UnlockAll": w.UnlockAll(), "Flush": w.Flush(0), "Put": w.Put([]int{1}, 0, 0),
		} {
			c.is(what+" of a window", err, mpi.ErrWin)
		}
	}
}

// A library that is missing, no library, no MPI library, or of another MPI than the launcher.
func TestWrongLibrary(t *testing.T) {
	t.Parallel()
	launchers := script.MPILaunchers()
	if len(launchers) == 0 {
		t.Skip("no MPI launcher found (mpirun): apt-get install openmpi-bin, or apt-get install mpich")
	}
	text := t.TempDir() + "/libmpi.so"
	if err := os.WriteFile(text, []byte("no library"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, l := range launchers {
		other, name := "libmpich.so.12", "MPICH ABI"
		if l.Name == "mpich" {
			other, name = "libmpi.so.40", "Open MPI ABI"
		}
		for what, tc := range map[string]struct{ library, want string }{
			"missing":    {"/nowhere/libmpi.so", "cannot open shared object file"},
			"corrupt":    {text, "LOCKSTEP_LIBMPI=" + text},
			"foreign":    {"libm.so.6", "libm.so.6 is no MPI library: it has no MPI_Init_thread"},
			"other kind": {other, other + " has the " + name + ", but "},
		} {
			t.Run(l.Name+"/"+what, func(t *testing.T) {
				t.Parallel()
				if runtime.GOOS != "linux" {
					t.Skip("the library names are Linux's")
				}
				if what == "other kind" && len(launchers) == 1 {
					t.Skip("only one MPI is installed")
				}
				r := launch(t, l, 2, "exit-nil", mpi.EnvLibrary+"="+tc.library)
				if r.code == 0 || !strings.Contains(r.stderr, tc.want) {
					t.Errorf("exit code %d, want failure; stderr, want %q:\n%s", r.code, tc.want, r.stderr)
				}
			})
		}
		// The launcher does not reveal itself: ranks that do not find each other are noticed.
		t.Run(l.Name+"/singletons", func(t *testing.T) {
			t.Parallel()
			if len(launchers) == 1 {
				t.Skip("only one MPI is installed")
			}
			hide, show := "PMI_SIZE", "OMPI_COMM_WORLD_SIZE"
			if l.Name == "openmpi" {
				hide, show = show, hide
			}
			r := launch(t, l, 2, "singletons", "HIDE="+hide, "SHOW="+show)
			want := "started 2 ranks, but the library"
			if r.code == 0 || !strings.Contains(r.stderr, want) {
				t.Errorf("exit code %d; stderr, want %q:\n%s", r.code, want, r.stderr)
			}
			// MPI has been started and ended: nothing works any more. By default, Open MPI's launcher ends one rank when
			// it sees the other's exit code.
			r = launch(t, l, 2, "singletons", "HIDE="+hide, "SHOW="+show, "OMPI_MCA_orte_abort_on_non_zero_status=0")
			for _, want := range []string{
				"mpi: Library: not inside mpi.Main", "mpi: Main: MPI_ERR_ARG: MPI cannot be started a second time",
			} {
				if strings.Count(r.stderr, want) != 2 {
					t.Errorf("stderr, want from each rank %q:\n%s", want, r.stderr)
				}
			}
		})
	}
}

func init() {
	roles["exit-nil"] = func(world *mpi.Comm) error { return nil }
	roles["exit-error"] = func(world *mpi.Comm) error {
		if world.Rank() == 1 {
			return errors.New("out of paper")
		}
		return world.Barrier()
	}
	roles["exit-panic"] = func(world *mpi.Comm) error {
		if world.Rank() == 1 {
			panic("index of nothing")
		}
		return world.Barrier()
	}
	roles["exit-goexit"] = func(world *mpi.Comm) error {
		if world.Rank() == 1 {
			runtime.Goexit()
		}
		return world.Barrier()
	}
	roles["exit-abort"] = func(world *mpi.Comm) error {
		if world.Rank() == 1 {
			world.Abort(7)
		}
		return world.Barrier()
	}
	roles["exit-abort-dup"] = func(world *mpi.Comm) error {
		dup, err := world.Dup()
		if err == nil && dup.Rank() == 1 {
			dup.Abort(7)
		}
		return errors.Join(err, world.Barrier())
	}
	roles["exit-bad-abort"] = func(world *mpi.Comm) error {
		if world.Rank() == 1 {
			world.Abort(256)
		}
		return world.Barrier()
	}
	roles["exit-inside-multiple"] = func(world *mpi.Comm) error {
		if world.Rank() == 1 {
			go mpi.Recv(world, make([]int, 1), 0, 0) // never sent
			for stacks := make([]byte, 1<<16); ; runtime.Gosched() {
				for stack := range strings.SplitSeq(string(stacks[:runtime.Stack(stacks, true)]), "\n\n") {
					if strings.Contains(stack, "[syscall") && strings.Contains(stack, "mpi.Recv") {
						return nil
					}
				}
			}
		}
		return world.Barrier()
	}
	roles["exit-request"] = func(world *mpi.Comm) error {
		if world.Rank() == 1 {
			_, err := mpi.Irecv(world, make([]int, 1), 0, 0)
			return err
		}
		return world.Barrier()
	}
	roles["recover"] = func(world *mpi.Comm) (err error) {
		defer func() {
			if _, ok := recover().(runtime.Error); !ok {
				err = errors.New("no run-time error was recovered")
			}
		}()
		var p *[2]int
		fmt.Println(p[1])
		return nil
	}
	// another calls f in another goroutine.
	another := func(f func() error) error {
		done := make(chan error)
		go func() { done <- f() }()
		return <-done
	}
	roles["thread-funneled"] = func(world *mpi.Comm) error {
		var c check
		c.is("another goroutine", another(world.Barrier), mpi.ErrThread)
		c.is("another goroutine", another(func() error { return mpi.Bcast(world, []int{1}, 0) }), mpi.ErrThread)
		c.ok("Main's goroutine", world.Barrier())
		return c.err()
	}
	roles["thread-serialized"] = func(world *mpi.Comm) error {
		var c check
		c.ok("another goroutine", another(world.Barrier))
		if world.Rank() == 1 {
			// The other rank's Recv is certain to be running: it is what lets this one pass.
			c.ok("Ssend", mpi.Ssend(world, []int{1}, 0, 1))
			return c.err()
		}
		q, err := mpi.Irecv(world, make([]int, 1), 1, 1)
		c.ok("Irecv", err)
		_, err = q.Wait()
		c.ok("Wait", err)
		return c.err()
	}
	roles["refused-serialized"] = func(world *mpi.Comm) error {
		var c check
		over := filepath.Join(os.Getenv("TMPDIR"), "over") // MPI is what rank 0 cannot use to say so
		if world.Rank() == 1 {
			for _, err := os.Stat(over); err != nil; _, err = os.Stat(over) {
				time.Sleep(time.Millisecond)
			}
			return mpi.Send(world, []int{1}, 0, 3)
		}
		received := make(chan error, 1)
		go func() {
			err := error(mpi.ErrThread)
			for errors.Is(err, mpi.ErrThread) { // while this goroutine is inside
				_, err = mpi.Recv(world, make([]int, 1), 1, 3)
			}
			received <- err
		}()
		for err := error(nil); !errors.Is(err, mpi.ErrThread); _, _, err = mpi.Iprobe[int](world, 1, 4) {
			c.ok("before the other goroutine is inside", err)
		}
		c.is("a collective", world.Barrier(), mpi.ErrThread)
		c.is("a message", mpi.Send(world, []int{1}, 1, 0), mpi.ErrThread)
		_, err := mpi.Irecv(world, make([]int, 1), 1, 0)
		c.is("a request", err, mpi.ErrThread)
		c.is("raw", mpi.Raw("MPI_Barrier", world.Handle()), mpi.ErrThread)
		c.ok("file", os.WriteFile(over, nil, 0o666))
		c.ok("Recv", <-received)
		return c.err()
	}
	roles["thread-multiple"] = func(world *mpi.Comm) error {
		var c check
		var mu sync.Mutex
		var group sync.WaitGroup
		for tag := range 4 {
			group.Go(func() {
				for i := range 50 {
					buf := []int{0}
					_, err := mpi.Sendrecv(world, []int{100*tag + i}, 1-world.Rank(), tag, buf, 1-world.Rank(), tag)
					if err != nil || buf[0] != 100*tag+i {
						mu.Lock()
						c.errorf("goroutine %d: %v %v", tag, buf, err)
						mu.Unlock()
					}
				}
			})
		}
		group.Wait()
		return c.err()
	}
	roles["singletons"] = func(world *mpi.Comm) error { return nil }
}

// For the role singletons the environment says that another launcher started this process.
func init() {
	if show := os.Getenv("SHOW"); show != "" {
		os.Setenv(show, "2")
		os.Unsetenv(os.Getenv("HIDE"))
		// Ranks that know of no other share no folder on purpose: those of Open MPI would both make it, and one fail.
		if dir, err := os.MkdirTemp("", "s"); err == nil {
			os.Setenv("TMPDIR", dir)
		}
	}
}
