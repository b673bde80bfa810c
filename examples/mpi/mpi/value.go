package mpi

import (
	"bytes"
	"encoding/gob"
)

// SendValue sends any value that encoding/gob can, to RecvValue on rank dest. As gob does, it leaves out
// unexported fields, and a field that points to a zero, or is an empty slice, arrives as nil.
func SendValue[T any](c *Comm, v T, dest, tag int) error {
	data, err := encode("SendValue", v)
	if err != nil {
		return err
	}
	return c.send("SendValue", fn.Send, bufferOf(data), dest, tag)
}

// RecvValue receives a value sent by SendValue. What cannot be stored in a T is ErrType. From ProcNull
// comes the zero value.
func RecvValue[T any](c *Comm, source, tag int) (v T, st Status, err error) {
	const op = "RecvValue"
	data, st, err := c.recvBytes(op, source, tag)
	if err != nil || st.Source == ProcNull {
		return v, st, err
	}
	v, err = decode[T](op, data)
	return v, st, about(err, "from rank %d, tag %d", st.Source, st.Tag)
}

// recvBytes receives a message of whatever length. A probe that matches keeps other goroutines from
// receiving what it has found.
func (c *Comm) recvBytes(op string, source, tag int) ([]byte, Status, error) {
	if err := c.ok(op, 0); err != nil {
		return nil, Status{}, err
	}
	i, err := enter(op)
	if err != nil {
		return nil, Status{}, err
	}
	defer i.leave()
	m, st, err := i.mprobe(op, c, bufferOf([]byte(nil)), source, tag)
	if err != nil {
		return nil, st, err
	}
	data := make([]byte, st.Count)
	st, err = i.mrecv(op, m, bufferOf(data))
	return data, st, err
}

// BcastValue returns root's v, any value that encoding/gob can, on every rank; the others' v is not
// looked at. A value that cannot be sent is ErrType on every rank, one that cannot be stored in a T on
// the ranks that cannot.
func BcastValue[T any](c *Comm, v T, root int) (T, error) {
	const op = "BcastValue"
	if err := c.ok(op, root); err != nil {
		return v, err
	}
	var data []byte
	var failed error
	n := []int{none} // what the others wait for, whatever fails here
	if c.rank == root {
		if data, failed = encode(op, v); failed == nil {
			n[0] = len(data)
		}
	}
	i, err := enter(op)
	if err != nil {
		return v, err
	}
	defer i.leave()
	if err := i.bcast(op, c, bufferOf(n), root); err != nil {
		return v, err
	}
	if n[0] == none {
		if failed == nil {
			failed = bad(op, ErrType, "the value of rank %d cannot be sent", root)
		}
		return v, failed
	}
	if c.rank != root {
		data = make([]byte, n[0])
	}
	if err := i.bcast(op, c, bufferOf(data), root); err != nil || c.rank == root {
		return v, err
	}
	return decode[T](op, data)
}

// GatherValue returns the ranks' values on root, in the order of the ranks, and nil on the others. A
// value that cannot be sent is ErrType on every rank, one that cannot be stored in a T on root.
func GatherValue[T any](c *Comm, v T, root int) ([]T, error) {
	const op = "GatherValue"
	if err := c.ok(op, root); err != nil {
		return nil, err
	}
	data, failed := encode(op, v)
	lengths := make([]int, c.size)
	lengths[c.rank] = len(data)
	if failed != nil {
		lengths[c.rank] = none
	}
	i, err := enter(op)
	if err != nil {
		return nil, err
	}
	defer i.leave()
	// Every rank learns all lengths, so that all or none go on.
	all := bufferOf(lengths)
	err = i.call8(op, fn.Allgather, uintptr(abi.integer[inPlace]), 0, all.datatype, uintptr(all.p), 1, all.datatype, c.handle, 0)
	if err != nil {
		return nil, err
	}
	total := 0
	for r, n := range lengths {
		if n == none && failed == nil {
			failed = bad(op, ErrType, "the value of rank %d cannot be sent", r)
		}
		total += n
	}
	if failed != nil {
		return nil, failed
	}
	counts, begins, err := c.parts(op, "the values", lengths, total)
	if err != nil {
		return nil, err
	}
	var joined []byte
	if c.rank == root {
		joined = make([]byte, total)
	}
	from, to := bufferOf(data), bufferOf(joined)
	err = i.call12(op, fn.Gatherv, uintptr(from.p), cint(from.n), from.datatype, uintptr(to.p), addressOf(&counts[0]),
		addressOf(&begins[0]), to.datatype, cint(root), c.handle, 0, 0, 0)
	if err != nil || c.rank != root {
		return nil, err
	}
	values := make([]T, c.size)
	for r, n := range lengths {
		var err error
		if values[r], err = decode[T](op, joined[:n]); err != nil {
			return nil, about(err, "from rank %d", r)
		}
		joined = joined[n:]
	}
	return values, nil
}

// none is the length of a value that could not be encoded.
const none = -1

func encode[T any](op string, v T) (data []byte, err error) {
	defer func() {
		if panicked := recover(); panicked != nil { // gob does at a nil pointer
			err = bad(op, ErrType, "%v", panicked)
		}
	}()
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(v); err != nil {
		return nil, bad(op, ErrType, "%v", err)
	}
	return b.Bytes(), bufferOf(b.Bytes()).fits(op)
}

func decode[T any](op string, data []byte) (v T, err error) {
	if err := gob.NewDecoder(bytes.NewReader(data)).Decode(&v); err != nil {
		return v, bad(op, ErrType, "%v", err)
	}
	return v, nil
}
