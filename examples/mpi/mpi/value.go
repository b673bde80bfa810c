package mpi

import (
	"bytes"
	"encoding/gob"
)

// SendValue sends any value that encoding/gob can, to RecvValue on rank dest.
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
	// A probe that matches keeps other goroutines from receiving what it has found.
	m, st, err := c.mprobe(op, bufferOf([]byte(nil)), source, tag)
	if err != nil {
		return v, st, err
	}
	data := make([]byte, st.Count)
	if st, err = m.recv(op, bufferOf(data)); err != nil || st.Source == ProcNull {
		return v, st, err
	}
	v, err = decode[T](op, data)
	return v, st, about(err, "from rank %d, tag %d", st.Source, st.Tag)
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
	if err := c.bcast(op, bufferOf(n), root); err != nil {
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
	if err := c.bcast(op, bufferOf(data), root); err != nil || c.rank == root {
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
	// Every rank learns all lengths, so that all or none go on.
	if err := Allgather(c, lengths[c.rank:c.rank+1], lengths); err != nil {
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
	if _, _, err := c.parts(op, "the values", lengths, total); err != nil {
		return nil, err
	}
	var all []byte
	if c.rank == root {
		all = make([]byte, total)
	}
	if err := Gatherv(c, data, all, lengths, root); err != nil || c.rank != root {
		return nil, err
	}
	values := make([]T, c.size)
	for r, n := range lengths {
		var err error
		if values[r], err = decode[T](op, all[:n]); err != nil {
			return nil, about(err, "from rank %d", r)
		}
		all = all[n:]
	}
	return values, nil
}

// none is the length of a value that could not be encoded.
const none = -1

func encode[T any](op string, v T) ([]byte, error) {
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
