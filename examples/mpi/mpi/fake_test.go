//go:build (linux || darwin) && (amd64 || arm64)

package mpi

import (
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"
	"unsafe"

	"github.com/ebitengine/purego"
)

// pretend lets calls go to Go functions in place of an MPI library, on this goroutine at the given level,
// until the test is over.
func pretend(t *testing.T, level Level) {
	t.Helper()
	oldLevel, oldFn, oldABI := state.level, fn, abi
	state.level = level
	state.main = goroutine()
	c, err := constantsOf(mpich, nil)
	if err != nil {
		t.Fatal(err)
	}
	abi = c
	state.running.Store(true)
	t.Cleanup(func() {
		state.running.Store(false)
		state.level, fn, abi, waits = oldLevel, oldFn, oldABI, nil
	})
}

// succeeds is an MPI function that does nothing.
var succeeds = purego.NewCallback(func() uintptr { return 0 })

// fails is one that returns an error code.
var fails = purego.NewCallback(func() uintptr { return 5 })

// A slice that a window's operation may still use is not let go: not by the end of another target's epoch,
// not by a call that was refused, not by one that has failed.
func TestSlicesAreKeptUntilTheirEpochEnds(t *testing.T) {
	elsewhere := func(f func() error) error {
		done := make(chan error)
		go func() { done <- f() }()
		return <-done
	}
	failing := func(f *uintptr, call func() error) error {
		defer func(old uintptr) { *f = old }(*f)
		*f = fails
		return call()
	}
	for name, tc := range map[string]struct {
		lock, lockAll bool
		keeps         func(w *Window[byte]) error
		ends          func(w *Window[byte]) error
	}{
		"another target": {true, false,
			func(w *Window[byte]) error { return errors.Join(w.Lock(2, false), w.Unlock(2)) },
			func(w *Window[byte]) error { return w.Unlock(1) }},
		"flush of another": {false, true,
			func(w *Window[byte]) error { return w.Flush(2) },
			func(w *Window[byte]) error { return w.Flush(1) }},
		"refused Unlock": {true, false,
			func(w *Window[byte]) error { return want(ErrThread, elsewhere(func() error { return w.Unlock(1) })) },
			func(w *Window[byte]) error { return w.Unlock(1) }},
		"refused Fence": {false, false,
			func(w *Window[byte]) error { return want(ErrThread, elsewhere(w.Fence)) },
			func(w *Window[byte]) error { return w.Fence() }},
		"refused Free": {false, false,
			func(w *Window[byte]) error { return want(ErrThread, elsewhere(w.Free)) },
			func(w *Window[byte]) error { return w.Free() }},
		"failing Unlock": {true, false,
			func(w *Window[byte]) error {
				return want(ErrUnknown, failing(&fn.Win_unlock, func() error { return w.Unlock(1) }))
			},
			func(w *Window[byte]) error { return w.Unlock(1) }},
		"failing Fence": {false, false,
			func(w *Window[byte]) error { return want(ErrUnknown, failing(&fn.Win_fence, w.Fence)) },
			func(w *Window[byte]) error { return w.Fence() }},
		"failing Free": {true, false,
			func(w *Window[byte]) error { return want(ErrUnknown, failing(&fn.Win_free, w.Free)) },
			func(w *Window[byte]) error { return w.Free() }},
		"Fence with a lock": {true, false,
			func(w *Window[byte]) error { return w.Fence() },
			func(w *Window[byte]) error { return w.Unlock(1) }},
		"Unlock with a fence": {false, false,
			func(w *Window[byte]) error { return errors.Join(w.Lock(1, true), w.Unlock(1)) },
			func(w *Window[byte]) error { return w.Fence() }},
		"UnlockAll": {false, true,
			func(w *Window[byte]) error { return w.Fence() },
			func(w *Window[byte]) error { return w.UnlockAll() }},
	} {
		t.Run(name, func(t *testing.T) {
			pretend(t, Funneled)
			for _, f := range []*uintptr{&fn.Put, &fn.Win_lock, &fn.Win_unlock, &fn.Win_lock_all, &fn.Win_unlock_all,
				&fn.Win_fence, &fn.Win_flush, &fn.Win_free, &fn.Error_class, &fn.Error_string} {
				*f = succeeds
			}
			w := &Window[byte]{comm: &Comm{handle: 1, size: 3}, handle: 1, sizes: []int{9, 9, 9},
				locked: map[int]bool{}, pins: map[int][]*runtime.Pinner{}}
			var freed atomic.Bool
			err := errors.Join(when(tc.lock, func() error { return w.Lock(1, false) }), when(tc.lockAll, w.LockAll))
			func() {
				data := new([64]byte)
				runtime.AddCleanup(data, func(freed *atomic.Bool) { freed.Store(true) }, &freed)
				err = errors.Join(err, w.Put(data[:9], 1, 0))
			}()
			if err = errors.Join(err, tc.keeps(w)); err != nil {
				t.Fatal(err)
			}
			collect()
			if freed.Load() {
				t.Error("the slice is gone, and the library may still read it")
			}
			if err := tc.ends(w); err != nil {
				t.Fatal(err)
			}
			for !freed.Load() { // the test's own time limit ends it
				collect()
			}
			runtime.KeepAlive(w)
		})
	}
}

func when(do bool, f func() error) error {
	if do {
		return f()
	}
	return nil
}

func want(class Class, err error) error {
	if errors.Is(err, class) {
		return nil
	}
	return fmt.Errorf("got %v, want %v", err, class)
}

// collect frees what is garbage, and lets cleanups run.
func collect() {
	runtime.GC()
	done := make(chan bool)
	func() { runtime.AddCleanup(new([64]byte), func(done chan bool) { close(done) }, done) }()
	for {
		runtime.GC()
		select {
		case <-done:
			return
		default:
			runtime.Gosched()
		}
	}
}

// What an error means is asked of the library, by a thread that is still inside.
func TestErrorsAreReadInside(t *testing.T) {
	pretend(t, Serialized)
	var outside atomic.Int64
	look := purego.NewCallback(func() uintptr {
		if state.inside.Load() != 1 {
			outside.Add(1)
		}
		return 0
	})
	fn.Barrier, fn.Error_class, fn.Error_string = fails, look, look
	if err := (&Comm{handle: 1, size: 1}).Barrier(); !errors.Is(err, ErrUnknown) {
		t.Fatalf("got %v", err)
	}
	if n := outside.Load(); n > 0 {
		t.Errorf("%d of 2 calls were made after leaving: another thread might be inside", n)
	}
}

// An operation of several calls is inside from the first to the last: at level Serialized another goroutine
// would come in between, and what the first has taken would be lost. Here somebody seems to be inside as well
// from the first call on; who leaves would be refused when entering again.
func TestOperationsAreNotInterrupted(t *testing.T) {
	first := func(f uintptr) uintptr { state.inside.Add(1); return f }
	last := func(f uintptr) uintptr { state.inside.Add(-1); return f }
	data, err := encode("", 7)
	if err != nil {
		t.Fatal(err)
	}
	begins := purego.NewCallback(func() uintptr { return first(0) })
	ends := purego.NewCallback(func() uintptr { return last(0) })
	bcasts := 0
	c := &Comm{handle: 1, size: 2}
	for name, f := range map[string]func() error{
		"RecvValue": func() error {
			fn.Mprobe = purego.NewCallback(func(_, _, _ uintptr, message *int32, status *rawStatus) uintptr {
				*message, *status = 1, rawStatus{uint64(len(data))}
				return first(0)
			})
			fn.Mrecv = purego.NewCallback(func(to *byte, n, _ uintptr, _ *int32, _ *rawStatus) uintptr {
				return last(uintptr(len(data) - copy(unsafe.Slice(to, n), data)))
			})
			_, _, err := RecvValue[int](c, 0, 0)
			return err
		},
		"BcastValue": func() error {
			fn.Bcast = purego.NewCallback(func() uintptr {
				if bcasts++; bcasts == 1 {
					return first(0)
				}
				return last(0)
			})
			_, err := BcastValue(c, 1, 0)
			return err
		},
		"GatherValue": func() error {
			fn.Allgather, fn.Gatherv = begins, ends
			_, err := GatherValue(c, 1, 1)
			return err
		},
		"Dup": func() error {
			fn.Comm_dup, fn.Comm_size, fn.Comm_set_errhandler, fn.Comm_rank = begins, ends, succeeds, succeeds
			_, err := c.Dup()
			return err
		},
		"Subset": func() error {
			fn.Comm_group, fn.Group_incl, fn.Comm_create_group, fn.Group_free = begins, succeeds, succeeds, succeeds
			fn.Comm_size, fn.Comm_set_errhandler, fn.Comm_rank = ends, succeeds, succeeds
			_, err := c.Subset([]int{0}, 0)
			return err
		},
		"Recv": func() error {
			abi.status.count = nil // as with the standard ABI
			fn.Recv, fn.Get_count = begins, ends
			_, err := Recv(c, []int{1}, 1, 0)
			return err
		},
		"Cancel": func() error {
			fn.Irecv, fn.Cancel, fn.Wait, fn.Test_cancelled = succeeds, begins, succeeds, ends
			q, err := Irecv(c, []byte{1}, 1, 0)
			if err == nil {
				_, err = q.Cancel()
			}
			return err
		},
		"WinAllocate": func() error {
			fn.Win_allocate, fn.Win_set_errhandler = begins, ends
			_, err := WinAllocate[int](c, 0)
			return err
		},
		"FetchAndOp": func() error {
			fn.Fetch_and_op, fn.Win_flush = begins, ends
			_, err := (&Window[int]{comm: c, sizes: []int{1, 1}, lockedAll: true}).FetchAndOp(1, Sum, 1, 0)
			return err
		},
		"NewVector": func() error {
			fn.Type_vector, fn.Type_commit = begins, ends
			_, err := NewVector[int](2, 1, 2)
			return err
		},
		"failing": func() error {
			fn.Barrier, fn.Error_class, fn.Error_string = purego.NewCallback(func() uintptr { return first(5) }), succeeds, ends
			return want(ErrUnknown, c.Barrier())
		},
	} {
		pretend(t, Serialized)
		if err := f(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if n := state.inside.Swap(0); n != 0 {
			t.Errorf("%s: %d are inside at the end", name, n)
		}
	}
}

// The parts must be countable in C, not their sum.
func TestPartsAreCounted(t *testing.T) {
	pretend(t, Funneled)
	var count atomic.Int64
	record := purego.NewCallback(func(_, n uintptr) uintptr { count.Store(int64(n)); return 0 })
	fn.Gather, fn.Scatter, fn.Allgather, fn.Alltoall = record, record, record, record
	c := &Comm{handle: 1, size: 2}
	half, whole := make([]byte, 1<<30), make([]byte, 1<<31) // never touched: no memory is used
	other := make([]byte, 1<<31)
	for name, err := range map[string]error{
		"Gather":    Gather(c, half, whole, 0),
		"Scatter":   Scatter(c, whole, half, 0),
		"Allgather": Allgather(c, half, whole),
		"Alltoall":  Alltoall(c, whole, other),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := count.Load(); got != 1<<30 {
		t.Errorf("the library was told of %d elements, want %d", got, 1<<30)
	}
	if err := Gather(c, whole, make([]byte, 1<<32), 0); !errors.Is(err, ErrCount) {
		t.Errorf("parts of 2^31: got %v, want %v", err, ErrCount)
	}
	if _, _, err := c.parts("", "", []int{1 << 31, 1}, 1<<31+1); !errors.Is(err, ErrCount) {
		t.Errorf("a part of 2^31: got %v, want %v", err, ErrCount)
	}
	if _, _, err := (&Comm{size: 3}).parts("", "", []int{1 << 30, 1 << 30, 1}, 1<<31+1); !errors.Is(err, ErrCount) {
		t.Errorf("a part that begins at 2^31: got %v, want %v", err, ErrCount)
	}
	if _, _, err := c.parts("", "", []int{1 << 30, 1<<31 - 1}, 1<<30+1<<31-1); err != nil {
		t.Errorf("a part that begins at 2^30: %v", err)
	}
}

// Where ranks share processors, a blocking call is begun, and polled until it is done.
func TestPolling(t *testing.T) {
	pretend(t, Funneled)
	var asked, yields, begun atomic.Int64
	fn.Irecv = purego.NewCallback(func(_, _, _, _, tag, _ uintptr, request *int32) uintptr {
		*request = int32(tag)
		begun.Add(1)
		return 0
	})
	fn.Isend = purego.NewCallback(func(_, _, _, _, tag, _ uintptr, request *int32) uintptr {
		*request = int32(tag)
		begun.Add(1)
		return 0
	})
	fn.Test = purego.NewCallback(func(request, flag *int32, status *rawStatus) uintptr {
		if asked.Add(1)%3 == 0 { // at the third time it is done
			*flag = 1
			if uintptr(unsafe.Pointer(status)) != uintptr(abi.integer[statusIgnore]) {
				*status = rawStatus{8, uint64(*request) << 32}
			}
		}
		return 0
	})
	fn.Iprobe = purego.NewCallback(func(_, _, _ uintptr, flag *int32, status *rawStatus) uintptr {
		if asked.Add(1)%3 == 0 {
			*flag, *status = 1, rawStatus{16}
		}
		return 0
	})
	fn.Recv, fn.Send, fn.Sendrecv, fn.Probe, fn.Wait = fails, purego.NewCallback(func() uintptr { return 6 }),
		purego.NewCallback(func() uintptr { return 7 }), purego.NewCallback(func() uintptr { return 8 }),
		purego.NewCallback(func() uintptr { return 9 })
	fn.Error_class, fn.Error_string = succeeds, succeeds
	defer func(old uintptr) { libc.schedYield = old }(libc.schedYield)
	libc.schedYield = purego.NewCallback(func() uintptr { yields.Add(1); return 0 })
	pollMessages()
	c := &Comm{handle: 1, size: 2}
	for name, f := range map[string]func() (Status, error){
		"Recv": func() (Status, error) { return Recv(c, []int64{0}, 1, 4) },
		"Send": func() (Status, error) { return Status{Tag: 4, Count: 1}, Send(c, []int64{0}, 1, 4) },
		"Probe": func() (Status, error) {
			st, err := Probe[int64](c, 1, 4)
			st.Tag, st.Count = 4, st.Count-1
			return st, err
		},
		"Wait": func() (Status, error) {
			q, err := Irecv(c, []int64{0}, 1, 4)
			if err != nil {
				return Status{}, err
			}
			return q.Wait()
		},
		"Sendrecv": func() (Status, error) { return Sendrecv(c, []int64{0}, 1, 3, []int64{0}, 1, 4) },
	} {
		asked.Store(0)
		yields.Store(0)
		st, err := f()
		if err != nil || st.Tag != 4 || st.Count != 1 {
			t.Errorf("%s: %v, %v", name, st, err)
		}
		if a, y := asked.Load(), yields.Load(); a < 3 || y != a-a/3 {
			t.Errorf("%s asked %d times and yielded %d times", name, a, y)
		}
	}
}

// On Apple's arm64 the callee of MPI_Sendrecv reads source at the stack's byte 0, the tag at 4, the
// communicator at 8, the status at 16.
func TestPackedArguments(t *testing.T) {
	a := packed(arguments{8: cint(-1), 9: cint(-2), 10: 0x1234567890, 11: 0xabcdef})
	stack := (*[4]uint64)(unsafe.Pointer(&a[8]))
	bytes := (*[8]int32)(unsafe.Pointer(stack))
	if bytes[0] != -1 || bytes[1] != -2 || stack[1] != 0x1234567890 || stack[2] != 0xabcdef {
		t.Errorf("%#x", *stack)
	}
}
