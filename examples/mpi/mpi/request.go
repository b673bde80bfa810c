package mpi

import (
	"errors"
	"runtime"
	"sync"
	"unsafe"
)

// A Request is a message on its way. Wait for it, or Test it until it is done.
type Request struct {
	handle uintptr // written by the library: this struct must be on the heap, and is
	op     string
	buf    buffer
	pin    runtime.Pinner // holds buf where it is while the library may touch it
	done   bool
	status Status
	err    error
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
	r, t, err := c.source("Irecv", source, tag)
	if err != nil {
		return nil, err
	}
	return begin("Irecv", fn.Irecv, bufferOf(data), r, t, c.handle)
}

// region begin
func begin(op string, f uintptr, b buffer, rank, tag, comm uintptr) (*Request, error) {
	if err := b.fits(op); err != nil {
		return nil, err
	}
	q := &Request{op: op, buf: b}
	if b.n > 0 {
		q.pin.Pin(b.p)
	}
	q.pin.Pin(q)
	state.requests.add(q)
	err := call8(op, f, uintptr(b.p), cint(b.n), b.datatype, rank, tag, comm, uintptr(unsafe.Pointer(&q.handle)), 0)
	if err != nil {
		q.end(Status{}, about(err, "%v", b))
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
		return q.status, q.err
	}
	s := statuses.Get().(*rawStatus)
	defer statuses.Put(s)
	err := call8("Wait", fn.Wait, uintptr(unsafe.Pointer(&q.handle)), uintptr(unsafe.Pointer(s)), 0, 0, 0, 0, 0, 0)
	return q.complete(s, err)
}

// Test reports whether the request is done, and if so, what Wait would return.
func (q *Request) Test() (st Status, done bool, err error) {
	if q == nil {
		return st, false, bad("Test", ErrRequest, "the request is nil")
	}
	if q.done {
		return q.status, true, q.err
	}
	s, flag := statuses.Get().(*rawStatus), new(int32)
	defer statuses.Put(s)
	err = call8("Test", fn.Test, uintptr(unsafe.Pointer(&q.handle)), uintptr(unsafe.Pointer(flag)), uintptr(unsafe.Pointer(s)), 0, 0, 0, 0, 0)
	if err == nil && *flag == 0 {
		return st, false, nil
	}
	st, err = q.complete(s, err)
	return st, q.done, err
}

// complete takes the outcome of Wait or Test. If this package refused the call, the request goes on.
func (q *Request) complete(s *rawStatus, err error) (Status, error) {
	if errors.Is(err, ErrThread) || errors.Is(err, ErrNotRunning) {
		return Status{}, err
	}
	var st Status
	if err == nil && q.op == "Irecv" {
		st, err = s.status(q.op, q.buf.datatype, q.buf.size)
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
	if err := call("Cancel", fn.Cancel, uintptr(unsafe.Pointer(&q.handle))); err != nil {
		return false, err
	}
	s, flag := statuses.Get().(*rawStatus), new(int32)
	defer statuses.Put(s)
	err = call("Cancel", fn.Wait, uintptr(unsafe.Pointer(&q.handle)), uintptr(unsafe.Pointer(s)))
	if err == nil {
		err = call("Cancel", fn.Test_cancelled, uintptr(unsafe.Pointer(s)), uintptr(unsafe.Pointer(flag)))
	}
	if err == nil && *flag != 0 {
		q.end(Status{}, bad("Wait", ErrRequest, "the request was cancelled"))
		return true, nil
	}
	_, err = q.complete(s, err)
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
