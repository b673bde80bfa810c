package mpi

import (
	"errors"
	"runtime"
	"sync"
	"unsafe"
)

// A Request is a message or a collective operation on its way. Wait for it, or Test it until it is done.
type Request struct {
	handle uintptr // written by the library: this struct must be on the heap, and is
	op     string
	buf    buffer
	pin    runtime.Pinner // holds the buffers where they are while the library may touch them
	done   bool
	told   bool // the program knows that it is done
	status Status
	err    error

	nobody bool // it receives from ProcNull
}

// registry holds every request that is not done, and so their buffers, whatever the program drops.
type registry struct {
	mu   sync.Mutex
	open map[*Request]struct{} // guarded by mu
}

func (r *registry) add(q *Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.open == nil {
		r.open = map[*Request]struct{}{}
	}
	r.open[q] = struct{}{}
}

func (r *registry) remove(q *Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.open, q)
}

func (r *registry) len() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.open)
}

// Isend begins to send data to rank dest. Until the request is done, data must not be written.
func Isend[T Scalar](c *Comm, data []T, dest, tag int) (*Request, error) {
	return c.isend("Isend", fn.Isend, bufferOf(data), dest, tag)
}

// Issend is Isend, done when the receiver has begun to receive.
func Issend[T Scalar](c *Comm, data []T, dest, tag int) (*Request, error) {
	return c.isend("Issend", fn.Issend, bufferOf(data), dest, tag)
}

func (c *Comm) isend(op string, f uintptr, b buffer, dest, tag int) (*Request, error) {
	r, t, err := c.dest(op, dest, tag)
	if err != nil {
		return nil, err
	}
	return begin(op, f, b, r, t, c.handle)
}

// Irecv begins to receive into data. Until the request is done, data must not be looked at.
func Irecv[T Scalar](c *Comm, data []T, source, tag int) (*Request, error) {
	return c.irecv(bufferOf(data), source, tag)
}

func (c *Comm) irecv(b buffer, source, tag int) (*Request, error) {
	r, t, err := c.source("Irecv", source, tag)
	if err != nil {
		return nil, err
	}
	q, err := begin("Irecv", fn.Irecv, b, r, t, c.handle)
	if err == nil {
		q.nobody = source == ProcNull
	}
	return q, err
}

// region begin
func begin(op string, f uintptr, b buffer, rank, tag, comm uintptr) (*Request, error) {
	if err := b.fits(op); err != nil {
		return nil, err
	}
	q := newRequest(op, b)
	err := call8(op, f, uintptr(b.p), cint(b.n), b.datatype, rank, tag, comm, uintptr(unsafe.Pointer(&q.handle)), 0)
	return q.begun(err)
}

// newRequest pins the buffers, the last of which is what the request is about.
func newRequest(op string, buffers ...buffer) *Request {
	q := &Request{op: op}
	for _, b := range buffers {
		if q.buf = b; b.n > 0 {
			q.pin.Pin(b.p)
		}
	}
	q.pin.Pin(q)
	state.requests.add(q)
	return q
}

// begun returns q, or why it was not begun.
func (q *Request) begun(err error) (*Request, error) {
	if err != nil {
		q.end(Status{}, about(err, "%v", q.buf))
		return nil, q.err
	}
	return q, nil
}

// end lets go of the buffer: the library has.
func (q *Request) end(st Status, err error) {
	q.done, q.status, q.err = true, st, err
	q.pin.Unpin()
	state.requests.remove(q)
}

// endregion begin

// Wait waits until the buffer is the program's again: sent, or received into. For a request that is
// done it returns the same again.
func (q *Request) Wait() (Status, error) {
	if q == nil {
		return Status{}, bad("Wait", ErrRequest, "the request is nil")
	}
	if q.done {
		return q.tell()
	}
	i, err := enter("Wait")
	if err != nil {
		return Status{}, err
	}
	defer i.leave()
	q.told = true
	return q.complete(i, i.call8("Wait", fn.Wait, addressOf(&q.handle), addressOf(&i.status), 0, 0, 0, 0, 0, 0))
}

// tell returns how q, which is done, has ended.
func (q *Request) tell() (Status, error) {
	q.told = true
	return q.status, q.err
}

// Test reports whether the request is done, and if so, what Wait would return.
func (q *Request) Test() (Status, bool, error) {
	st, done, err := q.test()
	if done {
		q.told = true
	}
	return st, done, err
}

func (q *Request) test() (st Status, done bool, err error) {
	if q == nil {
		return st, false, bad("Test", ErrRequest, "the request is nil")
	}
	if q.done {
		return q.status, true, q.err
	}
	i, err := enter("Test")
	if err != nil {
		return st, false, err
	}
	defer i.leave()
	i.flag = 0
	err = i.call8("Test", fn.Test, addressOf(&q.handle), addressOf(&i.flag), addressOf(&i.status), 0, 0, 0, 0, 0)
	if err == nil && i.flag == 0 {
		return st, false, nil
	}
	st, err = q.complete(i, err)
	return st, true, err
}

// complete takes the outcome of Wait or Test: the library has let go of the request, even if it failed.
func (q *Request) complete(i *invocation, err error) (st Status, _ error) {
	if err == nil && q.op == "Irecv" {
		st, err = i.read(q.op, q.buf, q.nobody)
	}
	if err != nil {
		err = about(err, "%s of %v", q.op, q.buf)
	}
	q.end(st, err)
	return st, err
}

// Cancel gives up an Irecv, and reports whether it was in time. If not, a message had been matched
// with it already: that has been received, and Wait returns its status.
func (q *Request) Cancel() (cancelled bool, err error) {
	if q == nil || q.op != "Irecv" {
		return false, bad("Cancel", ErrRequest, "only an Irecv can be cancelled")
	}
	if q.done {
		return false, nil
	}
	i, err := enter("Cancel")
	if err != nil {
		return false, err
	}
	defer i.leave()
	if err := i.call8("Cancel", fn.Cancel, addressOf(&q.handle), 0, 0, 0, 0, 0, 0, 0); err != nil {
		return false, err
	}
	err = i.call8("Cancel", fn.Wait, addressOf(&q.handle), addressOf(&i.status), 0, 0, 0, 0, 0, 0)
	if i.flag = 0; err == nil {
		err = i.call8("Cancel", fn.Test_cancelled, addressOf(&i.status), addressOf(&i.flag), 0, 0, 0, 0, 0, 0)
	}
	if err == nil && i.flag != 0 {
		q.end(Status{}, bad("Wait", ErrRequest, "the request was cancelled"))
		return true, nil
	}
	_, err = q.complete(i, err)
	return false, err
}

// Waitall waits for all requests. The statuses are in their order; errors are joined.
func Waitall(requests ...*Request) ([]Status, error) {
	statuses := make([]Status, len(requests))
	var errs []error
	for i, q := range requests {
		var err error
		if statuses[i], err = q.Wait(); err != nil {
			errs = append(errs, err)
		}
	}
	return statuses, errors.Join(errs...)
}

// Testall reports whether all requests are done, and if so, what Waitall would return. It makes them go
// on, each of them, and does not wait.
func Testall(requests ...*Request) ([]Status, bool, error) {
	all := true
	for _, q := range requests {
		_, done, err := q.test()
		if !done && err != nil {
			return nil, false, err // refused: nothing is known
		}
		all = all && done
	}
	if !all {
		return nil, false, nil
	}
	statuses, err := Waitall(requests...)
	return statuses, true, err
}

// Waitany waits until one of the requests is done, and returns its index and what its Wait would
// return. Requests that are nil, or that the program knows to be done, are passed over: called as often
// as there are requests, it returns each of them once. If none is left, the index is -1.
func Waitany(requests ...*Request) (int, Status, error) {
	const op = "Waitany"
	var open []int // the indexes of those that are not done
	for k, q := range requests {
		switch {
		case q == nil || q.told:
		case q.done: // Testall has seen it
			st, err := q.tell()
			return k, st, err
		default:
			open = append(open, k)
		}
	}
	if len(open) == 0 {
		return -1, Status{}, nil
	}
	i, err := enter(op)
	if err != nil {
		return -1, Status{}, err
	}
	defer i.leave()
	list := newHandles(len(open))
	for at, k := range open {
		list.set(at, handleAt(&requests[k].handle))
	}
	index := new(int32)
	*index = -1
	err = i.call8(op, fn.Waitany, cint(len(open)), uintptr(list.p), addressOf(index), addressOf(&i.status), 0, 0, 0, 0)
	if *index < 0 || int(*index) >= len(open) {
		return -1, Status{}, err
	}
	k := open[*index]
	requests[k].told = true
	st, err := requests[k].complete(i, err)
	return k, st, err
}

// handles are an array in C: of ints or of pointers.
type handles struct{ p unsafe.Pointer }

func newHandles(n int) handles { return handles{unsafe.Pointer(&make([]uintptr, n)[0])} }

func (h handles) set(i int, handle uintptr) {
	if abi.kind == mpich {
		*(*uint32)(unsafe.Add(h.p, 4*i)) = uint32(handle)
		return
	}
	*(*uintptr)(unsafe.Add(h.p, unsafe.Sizeof(handle)*uintptr(i))) = handle
}
