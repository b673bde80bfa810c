package mpi

import (
	"bytes"
	"encoding/gob"
	"unsafe"
)

// SendValue sends any value that encoding/gob can, to RecvValue on rank dest.
func SendValue[T any](c *Comm, v T, dest, tag int) error {
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(v); err != nil {
		return bad("SendValue", ErrType, "%v", err)
	}
	return c.send("SendValue", fn.Send, bufferOf(b.Bytes()), dest, tag)
}

// RecvValue receives a value sent by SendValue. What cannot be stored in a T is ErrType.
func RecvValue[T any](c *Comm, source, tag int) (v T, st Status, err error) {
	const op = "RecvValue"
	r, t, err := c.source(op, source, tag)
	if err != nil {
		return v, st, err
	}
	s, message := statuses.Get().(*rawStatus), new(uintptr)
	defer statuses.Put(s)
	// A probe that matches keeps other goroutines from receiving what it has found.
	err = call(op, fn.Mprobe, r, t, c.handle, uintptr(unsafe.Pointer(message)), uintptr(unsafe.Pointer(s)))
	if err == nil {
		st, err = s.status(op, abi.handle[typeByte], 1)
	}
	if err != nil {
		return v, st, about(err, "from rank %d, tag %d", source, tag)
	}
	data := make([]byte, st.Count+1) // never empty
	err = call(op, fn.Mrecv, uintptr(unsafe.Pointer(&data[0])), cint(st.Count), abi.handle[typeByte],
		uintptr(unsafe.Pointer(message)), uintptr(unsafe.Pointer(s)))
	if err != nil {
		return v, st, about(err, "from rank %d, tag %d", source, tag)
	}
	if v, err = decode[T](data[:st.Count]); err != nil {
		return v, st, about(bad(op, ErrType, "%v", err), "from rank %d, tag %d", st.Source, st.Tag)
	}
	return v, st, nil
}

func decode[T any](data []byte) (v T, err error) {
	err = gob.NewDecoder(bytes.NewReader(data)).Decode(&v)
	return v, err
}
