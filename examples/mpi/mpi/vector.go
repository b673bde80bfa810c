package mpi

import "math"

// A Vector is a part of a slice that is sent and received as one message: count blocks of elements, the
// beginnings of which lie stride elements apart. A column of a matrix that is stored row by row is one: as
// many blocks as rows, of one element each, a row's length apart.
//
// To MPI the other side's elements count, not how they lie: what one rank sends as a Vector, another may
// receive by Recv into a slice, and the reverse. A Vector may be shared by goroutines.
type Vector[T Scalar] struct {
	handle               uintptr
	count, block, stride int
}

// NewVector makes a Vector of count blocks of block elements. Free it when it is no longer needed.
func NewVector[T Scalar](count, block, stride int) (*Vector[T], error) {
	const op = "NewVector"
	if count < 1 || block < 1 || stride < block || int64(count) > math.MaxInt32/int64(block) || stride > math.MaxInt32 {
		return nil, bad(op, ErrArg, "%d blocks of %d, %d elements apart: want 1 or more, that do not overlap, up to %d elements",
			count, block, stride, math.MaxInt32)
	}
	i, err := enter(op)
	if err != nil {
		return nil, err
	}
	defer i.leave()
	h := new(uintptr)
	err = i.call8(op, fn.Type_vector, cint(count), cint(block), cint(stride), Datatype[T](), addressOf(h), 0, 0, 0)
	if err == nil {
		err = i.call8(op, fn.Type_commit, addressOf(h), 0, 0, 0, 0, 0, 0, 0)
	}
	if err != nil {
		return nil, err
	}
	return &Vector[T]{handleAt(h), count, block, stride}, nil
}

// Free gives v back. Operations that have begun with it are not disturbed; calls are ErrType from then on.
func (v *Vector[T]) Free() error {
	if _, err := v.of("Vector.Free", nil); v == nil || v.handle == 0 {
		return err
	}
	h := new(uintptr)
	*h = v.handle
	err := call("Vector.Free", fn.Type_free, addressOf(h))
	if err == nil {
		v.handle = 0
	}
	return err
}

// of returns v's part of data, from the first element on.
func (v *Vector[T]) of(op string, data []T) (buffer, error) {
	if v == nil || v.handle == 0 {
		return buffer{}, bad(op, ErrType, "the vector is nil, or was freed")
	}
	if n := v.extent(); len(data) < n {
		return buffer{}, bad(op, ErrCount, "the slice has %d elements, the vector reaches over %d", len(data), n)
	}
	b := bufferOf(data)
	b.n, b.datatype = 1, v.handle
	return b, nil
}

// extent is how many elements lie between the ends of v.
func (v *Vector[T]) extent() int { return (v.count-1)*v.stride + v.block }

// Send sends v's part of data, of which the first element is v's first, to rank dest.
func (v *Vector[T]) Send(c *Comm, data []T, dest, tag int) error {
	b, err := v.of("Vector.Send", data)
	if err != nil {
		return err
	}
	return c.send("Vector.Send", fn.Send, b, dest, tag)
}

// Recv receives into v's part of data; nothing in between is changed. Status.Count is in elements.
func (v *Vector[T]) Recv(c *Comm, data []T, source, tag int) (Status, error) {
	b, err := v.of("Vector.Recv", data)
	if err != nil {
		return Status{}, err
	}
	return c.recv(b, source, tag)
}

// Sendrecv is Send and Recv at the same time: a halo's column goes out, and another comes in. The two may
// be parts of one slice, if no element belongs to both.
func (v *Vector[T]) Sendrecv(c *Comm, send []T, dest, sendTag int, recv []T, source, recvTag int) (Status, error) {
	const op = "Vector.Sendrecv"
	a, err := v.of(op, send)
	if err != nil {
		return Status{}, err
	}
	b, err := v.of(op, recv)
	if err != nil {
		return Status{}, err
	}
	if v.meet(a, b) {
		return Status{}, bad(op, ErrBuffer, "the two parts have elements in common")
	}
	return c.exchange(op, a, dest, sendTag, b, source, recvTag)
}

// Isend begins to send v's part of data. Until the request is done, that must not be written.
func (v *Vector[T]) Isend(c *Comm, data []T, dest, tag int) (*Request, error) {
	b, err := v.of("Vector.Isend", data)
	if err != nil {
		return nil, err
	}
	return c.isend("Isend", fn.Isend, b, dest, tag)
}

// Irecv begins to receive into v's part of data. Until the request is done, that must not be looked at.
func (v *Vector[T]) Irecv(c *Comm, data []T, source, tag int) (*Request, error) {
	b, err := v.of("Vector.Irecv", data)
	if err != nil {
		return nil, err
	}
	return c.irecv(b, source, tag)
}

// meet reports whether v's parts from a and from b on have memory in common.
func (v *Vector[T]) meet(a, b buffer) bool {
	from, to := uintptr(a.p), uintptr(b.p)
	if from > to {
		from, to = to, from
	}
	apart, size := int(to-from), a.size()
	if apart >= v.extent()*size {
		return false
	}
	apart %= v.stride * size
	return apart < v.block*size || apart > (v.stride-v.block)*size
}
