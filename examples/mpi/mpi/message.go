package mpi

import "unsafe"

// A Status says what was received, or what waits to be.
type Status struct {
	Source, Tag int
	Count       int // in elements
}

// rawStatus is an MPI_Status of any library.
type rawStatus [8]uint64

// read reads the status in i, of a message for b: before leave. What was asked of nobody, of ProcNull, has a status of
// its own, which MPICH 4.0 does not write for an Irecv: there it reads as if a message had come from rank 0.
func (i *invocation) read(op string, b buffer, nobody bool) (Status, error) {
	if nobody {
		return Status{Source: ProcNull, Tag: AnyTag}, nil
	}
	base := unsafe.Pointer(&i.status)
	st := Status{
		Source: fromRank(*(*int32)(unsafe.Add(base, abi.status.source))),
		Tag:    int(*(*int32)(unsafe.Add(base, abi.status.tag))),
	}
	size := b.size()
	if count := abi.status.count; count != nil {
		bytes := count((*[8]uint64)(&i.status))
		st.Count = bytes / size
		if bytes%size != 0 {
			return st, bad(op, ErrType, "the message has %d bytes, which is no whole number of elements of %d", bytes, size)
		}
		return st, nil
	}
	i.flag = 0
	err := i.call8(op, fn.Get_count, addressOf(&i.status), abi.handle[typeOfKind[b.kind]], addressOf(&i.flag), 0, 0, 0, 0, 0)
	if st.Count = int(i.flag); err == nil && st.Count == abi.integer[undefined] {
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
		st, err = c.recvNow(b, r, t)
	}
	if err != nil {
		return st, about(err, "%v from rank %d, tag %d", b, source, tag)
	}
	return st, nil
}

func (c *Comm) recvNow(b buffer, rank, tag uintptr) (st Status, err error) {
	i, err := enter("Recv")
	if err != nil {
		return st, err
	}
	err = i.call8("Recv", fn.Recv, uintptr(b.p), cint(b.n), b.datatype, rank, tag, c.handle, addressOf(&i.status), 0)
	if err == nil {
		st, err = i.read("Recv", b, fromRank(int32(rank)) == ProcNull)
	}
	i.leave()
	return st, err
}

// Sendrecv sends one message and receives another at the same time, so that ranks that exchange
// data with each other cannot deadlock. The slices must not overlap.
func Sendrecv[T, U Scalar](c *Comm, send []T, dest, sendTag int, recv []U, source, recvTag int) (Status, error) {
	const op = "Sendrecv"
	a, b := bufferOf(send), bufferOf(recv)
	if inPlace, err := overlap(op, a, b, 0); inPlace || err != nil {
		return Status{}, bad(op, ErrBuffer, "the two slices overlap")
	}
	return c.exchange(op, a, dest, sendTag, b, source, recvTag)
}

func (c *Comm) exchange(op string, a buffer, dest, sendTag int, b buffer, source, recvTag int) (st Status, err error) {
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
	i, err := enter(op)
	if err == nil {
		err = i.call12(op, fn.Sendrecv, uintptr(a.p), cint(a.n), a.datatype, ar, at,
			uintptr(b.p), cint(b.n), b.datatype, br, bt, c.handle, addressOf(&i.status))
		if err == nil {
			st, err = i.read(op, b, source == ProcNull)
		}
		i.leave()
	}
	if err != nil {
		err = about(err, "%v to rank %d, tag %d; %v from rank %d, tag %d", a, dest, sendTag, b, source, recvTag)
	}
	return st, err
}

// Probe waits until a message from source with tag can be received, and describes it without
// receiving it. Count is in elements of type T. Where several goroutines receive, another may get the
// message first: see Mprobe.
func Probe[T Scalar](c *Comm, source, tag int) (Status, error) {
	st, _, err := c.probe("Probe", fn.Probe, bufferOf([]T(nil)), source, tag)
	return st, err
}

// Iprobe is Probe without the wait: ok says whether there is such a message.
func Iprobe[T Scalar](c *Comm, source, tag int) (st Status, ok bool, err error) {
	return c.probe("Iprobe", fn.Iprobe, bufferOf([]T(nil)), source, tag)
}

func (c *Comm) probe(op string, f uintptr, b buffer, source, tag int) (st Status, ok bool, err error) {
	r, t, err := c.source(op, source, tag)
	if err != nil {
		return st, false, err
	}
	i, err := enter(op)
	if err != nil {
		return st, false, err
	}
	defer i.leave()
	if i.flag = 0; f == fn.Iprobe {
		err = i.call8(op, f, r, t, c.handle, addressOf(&i.flag), addressOf(&i.status), 0, 0, 0)
		ok = i.flag != 0
	} else {
		err = i.call8(op, f, r, t, c.handle, addressOf(&i.status), 0, 0, 0, 0)
		ok = err == nil
	}
	if err != nil || !ok {
		return st, false, about(err, "rank %d, tag %d", source, tag)
	}
	st, err = i.read(op, b, source == ProcNull)
	return st, true, err
}

// A Message has been found by Mprobe, and is kept from all receivers but Mrecv.
type Message struct {
	handle      uintptr
	source, tag int
	received    bool
}

// Mprobe is Probe for several goroutines: nobody but the caller, by Mrecv, can receive the message that it
// has found. If the message is no whole number of elements of type T, Mprobe returns ErrType and the
// Message: Mrecv must receive it all the same, as another type. A Message belongs to one goroutine at a time.
func Mprobe[T Scalar](c *Comm, source, tag int) (*Message, Status, error) {
	if err := c.ok("Mprobe", 0); err != nil {
		return nil, Status{}, err
	}
	i, err := enter("Mprobe")
	if err != nil {
		return nil, Status{}, err
	}
	defer i.leave()
	return i.mprobe("Mprobe", c, bufferOf([]T(nil)), source, tag)
}

func (i *invocation) mprobe(op string, c *Comm, b buffer, source, tag int) (m *Message, st Status, err error) {
	r, t, err := c.source(op, source, tag)
	if err != nil {
		return nil, st, err
	}
	m = new(Message)
	err = i.call8(op, fn.Mprobe, r, t, c.handle, addressOf(&m.handle), addressOf(&i.status), 0, 0, 0)
	if err != nil {
		return nil, st, about(err, "from rank %d, tag %d", source, tag)
	}
	st, err = i.read(op, b, source == ProcNull)
	m.source, m.tag = st.Source, st.Tag
	return m, st, about(err, "from rank %d, tag %d", st.Source, st.Tag)
}

// Mrecv receives a message that Mprobe has found, once. As in Recv, data may be longer.
func Mrecv[T Scalar](m *Message, data []T) (Status, error) {
	i, err := enter("Mrecv")
	if err != nil {
		return Status{}, err
	}
	defer i.leave()
	return i.mrecv("Mrecv", m, bufferOf(data))
}

func (i *invocation) mrecv(op string, m *Message, b buffer) (st Status, err error) {
	if m == nil || m.received {
		return st, bad(op, ErrRequest, "the message is nil, or was received")
	}
	if err := b.fits(op); err != nil {
		return st, err
	}
	m.received = true
	err = i.call8(op, fn.Mrecv, uintptr(b.p), cint(b.n), b.datatype, addressOf(&m.handle), addressOf(&i.status), 0, 0, 0)
	if err == nil {
		st, err = i.read(op, b, m.source == ProcNull)
	}
	return st, about(err, "%v from rank %d, tag %d", b, m.source, m.tag)
}
