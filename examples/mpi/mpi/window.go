package mpi

import (
	"math"
	"reflect"
	"runtime"
	"sync"
	"unsafe"
)

// A Window is memory of each rank that the other ranks read and write without the owner's help.
//
// Access is either collective, between two calls of Fence, or passive, between Lock and Unlock of a
// target. Inside such an epoch, Put, Get and Accumulate only begin: their slices must stay as they
// are until it ends, or until Flush. The slices are pinned, and kept by the package until then.
type Window[T Scalar] struct {
	comm   *Comm
	handle uintptr
	local  []T
	sizes  []int // elements of every rank

	mu        sync.Mutex
	lockedAll bool                      // guarded by mu, as all below
	locked    map[int]bool              // targets
	pins      map[int][]*runtime.Pinner // by target what has begun since Lock, at fenced what has begun since Fence
}

const fenced = -1

// windows keeps those that are not freed, whatever the program drops: the library knows their slices.
var windows sync.Map

// WinAllocate makes a window of n elements, n being the same on every rank. They are zero; another rank
// may access them after all have passed the first Fence, or a Barrier. Collective.
func WinAllocate[T Scalar](c *Comm, n int) (*Window[T], error) {
	const op = "WinAllocate"
	if err := c.ok(op, 0); err != nil {
		return nil, err
	}
	sizes := make([]int, c.size)
	for r := range sizes {
		sizes[r] = n
	}
	return allocate[T](c, op, fn.Win_allocate, sizes)
}

// WinAllocatev is WinAllocate with windows of different lengths: sizes[i] elements on rank i. Every rank
// gives all sizes. Collective.
func WinAllocatev[T Scalar](c *Comm, sizes []int) (*Window[T], error) {
	const op = "WinAllocatev"
	if err := c.ok(op, 0); err != nil {
		return nil, err
	}
	if len(sizes) != c.size {
		return nil, bad(op, ErrSize, "%d sizes for %d ranks", len(sizes), c.size)
	}
	return allocate[T](c, op, fn.Win_allocate, append([]int(nil), sizes...))
}

// WinAllocateShared is WinAllocatev for ranks of one machine (SplitShared), which can also use the others'
// memory as their own: see Shared. Collective.
func WinAllocateShared[T Scalar](c *Comm, sizes []int) (*Window[T], error) {
	const op = "WinAllocateShared"
	if err := c.ok(op, 0); err != nil {
		return nil, err
	}
	if len(sizes) != c.size {
		return nil, bad(op, ErrSize, "%d sizes for %d ranks", len(sizes), c.size)
	}
	return allocate[T](c, op, fn.Win_allocate_shared, append([]int(nil), sizes...))
}

func allocate[T Scalar](c *Comm, op string, f uintptr, sizes []int) (*Window[T], error) {
	size := int(unsafe.Sizeof(*new(T)))
	for r, n := range sizes {
		if most := math.MaxInt / size; n < 0 || n > most {
			return nil, bad(op, ErrSize, "%d elements on rank %d: want 0 to %d", n, r, most)
		}
	}
	i, err := enter(op)
	if err != nil {
		return nil, err
	}
	defer i.leave()
	n := sizes[c.rank]
	w := &Window[T]{comm: c, sizes: sizes, locked: map[int]bool{}, pins: map[int][]*runtime.Pinner{}}
	base := new(unsafe.Pointer) // memory of the library's: no Go pointer
	err = i.call8(op, f, uintptr(n*size), cint(size), abi.handle[infoNull], c.handle, addressOf(base), addressOf(&w.handle), 0, 0)
	if err != nil {
		return nil, about(err, "%d elements", n)
	}
	w.handle = handleAt(&w.handle)
	if err := i.call8(op, fn.Win_set_errhandler, w.handle, abi.handle[errorsReturn], 0, 0, 0, 0, 0, 0); err != nil {
		return nil, err
	}
	if n > 0 {
		// MPICH's shared memory may be larger than what there is: to touch it would be a SIGBUS.
		if err := populate(*base, n*size); err != nil {
			return nil, bad(op, ErrNoMem, "%d elements of %d bytes: %v", n, size, err)
		}
		w.local = unsafe.Slice((*T)(*base), n)
		clear(w.local)
	}
	windows.Store(w, nil)
	return w, nil
}

// Local returns this rank's own memory. After Free it must not be used.
func (w *Window[T]) Local() []T { return w.local }

// Shared returns the memory of another rank, if WinAllocateShared has made the window. After Free it must
// not be used. What one rank writes, the other sees after both have passed a Fence, or a Barrier.
func (w *Window[T]) Shared(rank int) ([]T, error) {
	const op = "Window.Shared"
	if err := w.ok(op); err != nil {
		return nil, err
	}
	if rank < 0 || rank >= w.comm.size {
		return nil, bad(op, ErrRank, "there is no rank %d: this window has 0 to %d", rank, w.comm.size-1)
	}
	size, unit, base := new(int), new(int32), new(unsafe.Pointer)
	err := call8(op, fn.Win_shared_query, w.handle, cint(rank), addressOf(size), addressOf(unit), addressOf(base), 0, 0, 0)
	if n := w.sizes[rank]; err == nil && n > 0 {
		return unsafe.Slice((*T)(*base), n), nil
	}
	return nil, about(err, "rank %d", rank)
}

func (w *Window[T]) ok(op string) error {
	if w == nil || w.comm == nil {
		return bad(op, ErrWin, "the window is nil, or was freed")
	}
	return nil
}

// target translates a rank.
func (w *Window[T]) target(op string, rank int) (uintptr, error) {
	if err := w.ok(op); err != nil {
		return 0, err
	}
	r, _, err := w.comm.dest(op, rank, 0)
	return r, err
}

// Free ends the window. Calls with it are errors from then on. Collective.
func (w *Window[T]) Free() error {
	const op = "Window.Free"
	if err := w.ok(op); err != nil {
		return err
	}
	return w.ending(everything, func() error {
		err := call(op, fn.Win_free, addressOf(&w.handle))
		if err == nil {
			w.local, w.comm = nil, nil
			windows.Delete(w)
		}
		return err
	})
}

// Fence ends one epoch of access and begins the next. Collective.
func (w *Window[T]) Fence() error {
	const op = "Window.Fence"
	if err := w.ok(op); err != nil {
		return err
	}
	return w.ending(fenced, func() error { return call(op, fn.Win_fence, 0, w.handle) })
}

// Lock begins access to one target. An exclusive lock keeps others out.
func (w *Window[T]) Lock(target int, exclusive bool) error {
	const op = "Window.Lock"
	r, err := w.target(op, target)
	if err != nil {
		return err
	}
	mode := lockShared
	if exclusive {
		mode = lockExclusive
	}
	if err := call(op, fn.Win_lock, cint(abi.integer[mode]), r, 0, w.handle); err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.locked[target] = true
	return nil
}

// Unlock ends access to target: all that was begun is done, here and there.
func (w *Window[T]) Unlock(target int) error {
	const op = "Window.Unlock"
	r, err := w.target(op, target)
	if err != nil {
		return err
	}
	return w.ending(target, func() error {
		err := call(op, fn.Win_unlock, r, w.handle)
		if err == nil {
			w.mu.Lock()
			defer w.mu.Unlock()
			delete(w.locked, target)
		}
		return err
	})
}

// LockAll begins access to all targets, which is shared with other ranks.
func (w *Window[T]) LockAll() error {
	const op = "Window.LockAll"
	if err := w.ok(op); err != nil {
		return err
	}
	if err := call(op, fn.Win_lock_all, 0, w.handle); err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lockedAll = true
	return nil
}

// UnlockAll ends what LockAll began: all is done, here and there.
func (w *Window[T]) UnlockAll() error {
	const op = "Window.UnlockAll"
	if err := w.ok(op); err != nil {
		return err
	}
	return w.ending(targets, func() error {
		err := call(op, fn.Win_unlock_all, w.handle)
		if err == nil {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.lockedAll = false
		}
		return err
	})
}

// Flush waits, within Lock or LockAll, until all that was begun with target is done, here and there.
func (w *Window[T]) Flush(target int) error {
	const op = "Window.Flush"
	r, err := w.target(op, target)
	if err != nil {
		return err
	}
	return w.ending(target, func() error { return call(op, fn.Win_flush, r, w.handle) })
}

const (
	targets    = -2 - iota // for ending: all that Lock or LockAll has begun
	everything             // and Fence
)

// ending lets go of the slices of an epoch if f has ended it, and of none if f was refused or has failed:
// then the library may still use them. What another goroutine begins meanwhile is kept.
func (w *Window[T]) ending(epoch int, f func() error) error {
	taken := map[int][]*runtime.Pinner{}
	w.mu.Lock()
	for at, p := range w.pins {
		if at == epoch || epoch == everything || epoch == targets && at != fenced {
			taken[at] = p
			delete(w.pins, at)
		}
	}
	w.mu.Unlock()
	err := f()
	if err != nil {
		w.mu.Lock()
		defer w.mu.Unlock()
	}
	for at, list := range taken {
		if err != nil {
			w.pins[at] = append(w.pins[at], list...)
			continue
		}
		for _, p := range list {
			p.Unpin()
		}
	}
	return err
}

// start pins p until the epoch of target ends, and begins an operation with it. It is one step for those
// that end epochs.
func (w *Window[T]) start(target int, p unsafe.Pointer, f func() error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.lockedAll && !w.locked[target] {
		target = fenced
	}
	if p != nil {
		if w.pins[target] == nil {
			w.pins[target] = []*runtime.Pinner{new(runtime.Pinner)}
		}
		w.pins[target][0].Pin(p)
	}
	return f()
}

// holds reports whether this rank has access to target by Lock or LockAll.
func (w *Window[T]) holds(target int) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.lockedAll || w.locked[target] || target == ProcNull
}

// place refuses what lies outside target's window: not every library does, and some crash.
func (w *Window[T]) place(op string, target, at, n int) (r uintptr, err error) {
	if r, err = w.target(op, target); err != nil || target == ProcNull {
		return r, err
	}
	if size := w.sizes[target]; at < 0 || at > size-n {
		return r, bad(op, ErrRMARange, "%d elements from element %d on: the window of rank %d has %d", n, at, target, size)
	}
	return r, nil
}

// access begins f, one of Put, Get and Accumulate.
func (w *Window[T]) access(op string, f uintptr, data []T, target, at int, by ...uintptr) error {
	b := bufferOf(data)
	r, err := w.place(op, target, at, b.n)
	if err != nil {
		return err
	}
	if err := b.fits(op); err != nil {
		return err
	}
	last := [2]uintptr{w.handle}
	if len(by) > 0 {
		last = [2]uintptr{by[0], w.handle}
	}
	var p unsafe.Pointer
	if b.n > 0 {
		p = b.p
	}
	return w.start(target, p, func() error {
		return call(op, f, uintptr(b.p), cint(b.n), b.datatype, r, uintptr(at), cint(b.n), b.datatype, last[0], last[1])
	})
}

// Put writes data to target's window, from element at on.
func (w *Window[T]) Put(data []T, target, at int) error {
	return w.access("Window.Put", fn.Put, data, target, at)
}

// Get reads data from target's window, from element at on.
func (w *Window[T]) Get(data []T, target, at int) error {
	return w.access("Window.Get", fn.Get, data, target, at)
}

// Accumulate combines data with target's window, from element at on, each element atomically.
func (w *Window[T]) Accumulate(data []T, by Op, target, at int) error {
	const op = "Window.Accumulate"
	if err := by.check(op, Replace, bufferOf(data)); err != nil {
		return err
	}
	return w.access(op, fn.Accumulate, data, target, at, by.Handle())
}

// FetchAndOp combines v with one element of target's window and returns what that was before, both
// atomically. It needs a Lock on target, shared is enough.
func (w *Window[T]) FetchAndOp(v T, by Op, target, at int) (T, error) {
	const op = "Window.FetchAndOp"
	x := &[3]T{v}
	if err := by.check(op, NoOp, bufferOf(x[:])); err != nil {
		return x[1], err
	}
	r, err := w.place(op, target, at, 1)
	if err != nil {
		return x[1], err
	}
	return w.fetch(op, x, target, r, func(i *invocation) error {
		return i.call8(op, fn.Fetch_and_op, addressOf(&x[0]), addressOf(&x[1]), Datatype[T](),
			r, uintptr(at), by.Handle(), w.handle, 0)
	})
}

// CompareAndSwap writes v to one element of target's window if that equals old, and returns what it
// was before, both atomically. It needs a Lock on target, shared is enough. Integers only: for other
// elements it is ErrType.
func (w *Window[T]) CompareAndSwap(old, v T, target, at int) (T, error) {
	const op = "Window.CompareAndSwap"
	x := &[3]T{v, 0, old}
	if kind := reflect.TypeFor[T]().Kind(); kind >= reflect.Float32 {
		return x[1], bad(op, ErrType, "MPI compares and swaps integers, and the elements are %v", kind)
	}
	r, err := w.place(op, target, at, 1)
	if err != nil {
		return x[1], err
	}
	return w.fetch(op, x, target, r, func(i *invocation) error {
		return i.call8(op, fn.Compare_and_swap, addressOf(&x[0]), addressOf(&x[2]), addressOf(&x[1]),
			Datatype[T](), r, uintptr(at), w.handle, 0)
	})
}

// fetch begins f, which has the library read and write x, waits for it, and returns the element that was
// fetched. If it cannot wait, x is kept until the epoch ends.
func (w *Window[T]) fetch(op string, x *[3]T, target int, r uintptr, f func(*invocation) error) (T, error) {
	if !w.holds(target) { // Open MPI 4.1 would not notice
		return x[1], bad(op, ErrRMASync, "rank %d is not locked", target)
	}
	i, err := enter(op)
	if err != nil {
		return x[1], err
	}
	defer i.leave()
	if err := f(i); err != nil {
		return x[1], err
	}
	if err := i.call8(op, fn.Win_flush, r, w.handle, 0, 0, 0, 0, 0, 0); err != nil {
		w.start(target, unsafe.Pointer(x), func() error { return nil })
		return x[1], err
	}
	v := x[1]
	runtime.KeepAlive(x) // the library may write it until now
	return v, nil
}
