package mpi

import (
	"sync"
	"unsafe"
)

// A Status says what was received, or what waits to be.
type Status struct {
	Source, Tag int
	Count       int // in elements
}

// rawStatus is an MPI_Status of any library.
type rawStatus [8]uint64

var statuses = sync.Pool{New: func() any { return new(rawStatus) }}

// status reads s, whose message is made of elements of the given type.
func (s *rawStatus) status(op string, datatype uintptr, size int) (Status, error) {
	base := unsafe.Pointer(s)
	st := Status{
		Source: fromRank(*(*int32)(unsafe.Add(base, abi.status.source))),
		Tag:    int(*(*int32)(unsafe.Add(base, abi.status.tag))),
	}
	if st.Source == ProcNull {
		st.Tag = AnyTag
	}
	if count := abi.status.count; count != nil {
		bytes := count((*[8]uint64)(s))
		st.Count = bytes / size
		if bytes%size != 0 {
			return st, bad(op, ErrType, "the message has %d bytes, which is no whole number of elements of %d", bytes, size)
		}
		return st, nil
	}
	n := new(int32)
	err := call8(op, fn.Get_count, uintptr(unsafe.Pointer(s)), datatype, uintptr(unsafe.Pointer(n)), 0, 0, 0, 0, 0)
	if st.Count = int(*n); err == nil && st.Count == abi.integer[undefined] {
		st.Count = 0
		err = bad(op, ErrType, "the message is no whole number of elements of %d bytes", size)
	}
	return st, err
}

// Send sends data to rank dest. It returns when data may be written again: the message may have been
// received by then, or lie in a buffer of the library. Code that relies on the buffer deadlocks with
// longer messages.
func Send[T Scalar](c *Comm, data []T, dest, tag int) error {
	return c.send("Send", fn.Send, bufferOf(data), dest, tag)
}

// Ssend sends data to rank dest, and returns when its receiver has begun to receive it.
func Ssend[T Scalar](c *Comm, data []T, dest, tag int) error {
	return c.send("Ssend", fn.Ssend, bufferOf(data), dest, tag)
}

func (c *Comm) send(op string, f uintptr, b buffer, dest, tag int) error {
	r, t, err := c.dest(op, dest, tag)
	if err == nil {
		err = b.fits(op)
	}
	if err == nil {
		err = call8(op, f, uintptr(b.p), cint(b.n), b.datatype, r, t, c.handle, 0, 0)
	}
	if err != nil {
		return about(err, "%v to rank %d, tag %d", b, dest, tag)
	}
	return nil
}

// Recv receives a message into data from rank source or AnySource, with the given tag or AnyTag. The
// message may be shorter than data: Status.Count says by how much. A longer one is ErrTruncate.
func Recv[T Scalar](c *Comm, data []T, source, tag int) (Status, error) {
	return c.recv(bufferOf(data), source, tag)
}

func (c *Comm) recv(b buffer, source, tag int) (st Status, err error) {
	r, t, err := c.source("Recv", source, tag)
	if err == nil {
		err = b.fits("Recv")
	}
	if err == nil {
		s := statuses.Get().(*rawStatus)
		err = call8("Recv", fn.Recv, uintptr(b.p), cint(b.n), b.datatype, r, t, c.handle, uintptr(unsafe.Pointer(s)), 0)
		if err == nil {
			st, err = s.status("Recv", b.datatype, b.size)
		}
		statuses.Put(s)
	}
	if err != nil {
		return st, about(err, "%v from rank %d, tag %d", b, source, tag)
	}
	return st, nil
}

// Sendrecv sends one message and receives another at the same time, so that ranks that exchange
// data with each other cannot deadlock. The slices must not overlap.
func Sendrecv[T, U Scalar](c *Comm, send []T, dest, sendTag int, recv []U, source, recvTag int) (Status, error) {
	return c.sendrecv(bufferOf(send), dest, sendTag, bufferOf(recv), source, recvTag)
}

func (c *Comm) sendrecv(a buffer, dest, sendTag int, b buffer, source, recvTag int) (st Status, err error) {
	const op = "Sendrecv"
	ar, at, err := c.dest(op, dest, sendTag)
	if err != nil {
		return st, err
	}
	br, bt, err := c.source(op, source, recvTag)
	if err != nil {
		return st, err
	}
	for _, x := range []buffer{a, b} {
		if err := x.fits(op); err != nil {
			return st, err
		}
	}
	if inPlace, err := overlap(op, a, b, 0); inPlace || err != nil {
		return st, bad(op, ErrBuffer, "the two slices overlap")
	}
	s := statuses.Get().(*rawStatus)
	err = call12(op, fn.Sendrecv, uintptr(a.p), cint(a.n), a.datatype, ar, at,
		uintptr(b.p), cint(b.n), b.datatype, br, bt, c.handle, uintptr(unsafe.Pointer(s)))
	if err == nil {
		st, err = s.status(op, b.datatype, b.size)
	}
	statuses.Put(s)
	if err != nil {
		err = about(err, "%v to rank %d, tag %d; %v from rank %d, tag %d", a, dest, sendTag, b, source, recvTag)
	}
	return st, err
}

// Probe waits until a message from source with tag can be received, and describes it without
// receiving it. Count is in elements of type T.
func Probe[T Scalar](c *Comm, source, tag int) (st Status, err error) {
	b := bufferOf([]T(nil))
	r, t, err := c.source("Probe", source, tag)
	if err != nil {
		return st, err
	}
	s := statuses.Get().(*rawStatus)
	defer statuses.Put(s)
	if err := call8("Probe", fn.Probe, r, t, c.handle, uintptr(unsafe.Pointer(s)), 0, 0, 0, 0); err != nil {
		return st, about(err, "rank %d, tag %d", source, tag)
	}
	return s.status("Probe", b.datatype, b.size)
}

// Iprobe is Probe without the wait: ok says whether there is such a message.
func Iprobe[T Scalar](c *Comm, source, tag int) (st Status, ok bool, err error) {
	b := bufferOf([]T(nil))
	r, t, err := c.source("Iprobe", source, tag)
	if err != nil {
		return st, false, err
	}
	s, flag := statuses.Get().(*rawStatus), new(int32)
	defer statuses.Put(s)
	err = call8("Iprobe", fn.Iprobe, r, t, c.handle, uintptr(unsafe.Pointer(flag)), uintptr(unsafe.Pointer(s)), 0, 0, 0)
	if err != nil || *flag == 0 {
		return st, false, about(err, "rank %d, tag %d", source, tag)
	}
	st, err = s.status("Iprobe", b.datatype, b.size)
	return st, true, err
}
