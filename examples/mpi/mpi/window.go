package mpi

import (
	"math"
	"runtime"
	"sync"
	"unsafe"
)

// A Window is memory of each rank that the other ranks read and write without the owner's help.
//
// Access is either collective, between two calls of Fence, or passive, between Lock and Unlock of a
// target. Inside such an epoch, Put, Get and Accumulate only begin: their slices must stay as they
// are until it ends.
type Window[T Scalar] struct {
	comm   *Comm
	handle uintptr
	local  []T
	sizes  []int // elements of every rank

	mu     sync.Mutex
	pinned []*runtime.Pinner // guarded by mu: the slices of this epoch's operations
}

// WinAllocate makes a window of n elements on every rank; n may differ between ranks. Collective.
func WinAllocate[T Scalar](c *Comm, n int) (*Window[T], error) {
	const op = "WinAllocate"
	if err := c.ok(op, 0); err != nil {
		return nil, err
	}
	size := int(unsafe.Sizeof(*new(T)))
	if most := math.MaxInt / size; n < 0 || n > most {
		return nil, bad(op, ErrSize, "%d elements: want 0 to %d", n, most)
	}
	w := &Window[T]{comm: c, sizes: make([]int, c.size)}
	base := new(unsafe.Pointer) // memory of the library's: no Go pointer
	err := call(op, fn.Win_allocate, uintptr(n*size), cint(size), abi.handle[infoNull], c.handle,
		uintptr(unsafe.Pointer(base)), uintptr(unsafe.Pointer(&w.handle)))
	if err != nil {
		return nil, about(err, "%d elements", n)
	}
	w.handle = handleAt(&w.handle)
	if err := call(op, fn.Win_set_errhandler, w.handle, abi.handle[errorsReturn]); err != nil {
		return nil, err
	}
	if n > 0 {
		w.local = unsafe.Slice((*T)(*base), n)
		clear(w.local)
	}
	return w, Allgather(c, []int{n}, w.sizes) // nobody sees the window before all have cleared theirs
}

// Local returns this rank's own memory. After Free it must not be used.
func (w *Window[T]) Local() []T { return w.local }

// Free ends the window. Calls with it are errors from then on. Collective.
func (w *Window[T]) Free() error {
	err := call("Window.Free", fn.Win_free, uintptr(unsafe.Pointer(&w.handle)))
	w.unpin()
	if err == nil {
		w.local, w.comm = nil, nil
	}
	return err
}

// Fence ends one epoch of access and begins the next. Collective.
func (w *Window[T]) Fence() error {
	err := call("Window.Fence", fn.Win_fence, 0, w.handle)
	w.unpin()
	return err
}

// Lock begins access to one target. An exclusive lock keeps others out.
func (w *Window[T]) Lock(target int, exclusive bool) error {
	mode := lockShared
	if exclusive {
		mode = lockExclusive
	}
	r, _, err := w.comm.dest("Window.Lock", target, 0)
	if err != nil {
		return err
	}
	return call("Window.Lock", fn.Win_lock, cint(abi.integer[mode]), r, 0, w.handle)
}

// Unlock ends access to target: all that was begun is done, here and there.
func (w *Window[T]) Unlock(target int) error {
	r, _, err := w.comm.dest("Window.Unlock", target, 0)
	if err != nil {
		return err
	}
	err = call("Window.Unlock", fn.Win_unlock, r, w.handle)
	w.unpin()
	return err
}

func (w *Window[T]) pin(b buffer) {
	if b.n == 0 {
		return
	}
	p := new(runtime.Pinner)
	p.Pin(b.p)
	w.mu.Lock()
	w.pinned = append(w.pinned, p)
	w.mu.Unlock()
}

func (w *Window[T]) unpin() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, p := range w.pinned {
		p.Unpin()
	}
	w.pinned = w.pinned[:0]
}

// begin checks and pins what Put, Get and Accumulate have in common.
func (w *Window[T]) begin(op string, data []T, target, at int) (b buffer, r uintptr, err error) {
	b = bufferOf(data)
	if r, err = w.place(op, target, at, b.n); err != nil {
		return b, r, err
	}
	if err = b.fits(op); err == nil {
		w.pin(b)
	}
	return b, r, err
}

// place refuses what lies outside target's window: not every library does, and some crash.
func (w *Window[T]) place(op string, target, at, n int) (r uintptr, err error) {
	if r, _, err = w.comm.dest(op, target, 0); err != nil || target == ProcNull {
		return r, err
	}
	if size := w.sizes[target]; at < 0 || at > size-n {
		return r, bad(op, ErrRMARange, "%d elements from element %d on: the window of rank %d has %d", n, at, target, size)
	}
	return r, nil
}

// Put writes data to target's window, from element at on.
func (w *Window[T]) Put(data []T, target, at int) error {
	b, r, err := w.begin("Window.Put", data, target, at)
	if err != nil {
		return err
	}
	return call("Window.Put", fn.Put, uintptr(b.p), cint(b.n), b.datatype, r, uintptr(at), cint(b.n), b.datatype, w.handle)
}

// Get reads data from target's window, from element at on.
func (w *Window[T]) Get(data []T, target, at int) error {
	b, r, err := w.begin("Window.Get", data, target, at)
	if err != nil {
		return err
	}
	return call("Window.Get", fn.Get, uintptr(b.p), cint(b.n), b.datatype, r, uintptr(at), cint(b.n), b.datatype, w.handle)
}

// Accumulate combines data with target's window, from element at on, each element atomically.
func (w *Window[T]) Accumulate(data []T, by Op, target, at int) error {
	const op = "Window.Accumulate"
	if err := by.check(op, Replace); err != nil {
		return err
	}
	b, r, err := w.begin(op, data, target, at)
	if err != nil {
		return err
	}
	return call(op, fn.Accumulate, uintptr(b.p), cint(b.n), b.datatype, r, uintptr(at), cint(b.n), b.datatype,
		abi.handle[by], w.handle)
}

// FetchAndOp combines v with one element of target's window and returns what that was before, both
// atomically. It needs a Lock on target, shared is enough.
func (w *Window[T]) FetchAndOp(v T, by Op, target, at int) (T, error) {
	const op = "Window.FetchAndOp"
	x := &[2]T{v}
	if err := by.check(op, NoOp); err != nil {
		return x[1], err
	}
	r, err := w.place(op, target, at, 1)
	if err != nil {
		return x[1], err
	}
	err = call(op, fn.Fetch_and_op, uintptr(unsafe.Pointer(&x[0])), uintptr(unsafe.Pointer(&x[1])), Datatype[T](),
		r, uintptr(at), abi.handle[by], w.handle)
	return w.flushed(op, x, r, err)
}

// CompareAndSwap writes v to one element of target's window if that equals old, and returns what it
// was before, both atomically. It needs a Lock on target, shared is enough. Integers only.
func (w *Window[T]) CompareAndSwap(old, v T, target, at int) (T, error) {
	const op = "Window.CompareAndSwap"
	x := &[2]T{v}
	r, err := w.place(op, target, at, 1)
	if err != nil {
		return x[1], err
	}
	compare := new(T)
	*compare = old
	err = call(op, fn.Compare_and_swap, uintptr(unsafe.Pointer(&x[0])), uintptr(unsafe.Pointer(compare)),
		uintptr(unsafe.Pointer(&x[1])), Datatype[T](), r, uintptr(at), w.handle)
	if err == nil {
		_, err = w.flushed(op, x, r, nil)
	}
	runtime.KeepAlive(compare) // the library may read it until the flush
	return x[1], err
}

// flushed waits for the operation on x, and returns the element it has fetched.
func (w *Window[T]) flushed(op string, x *[2]T, target uintptr, err error) (T, error) {
	if err == nil {
		err = call(op, fn.Win_flush, target, w.handle)
	}
	runtime.KeepAlive(x) // the library may write it until now
	return x[1], err
}
