// want: takes the producer for finished
package main

import (
	"bufio"
	"encoding/binary"
	"io"
)

// Send is the solution's.
func Send(w io.Writer, next func() (string, bool)) error {
	for {
		item, ok := next()
		if !ok {
			_, err := w.Write([]byte{0})
			return err
		}
		frame := binary.BigEndian.AppendUint32([]byte{1}, uint32(len(item)))
		if _, err := w.Write(append(frame, item...)); err != nil {
			return err
		}
	}
}

// Receive takes end-of-file between two items for the end.
func Receive(r io.Reader, use func(string)) error {
	for in := bufio.NewReader(r); ; {
		kind, err := in.ReadByte()
		if err != nil {
			if err == io.EOF {
				return nil
			}
			return err
		}
		if kind == 0 {
			return nil
		}
		var size uint32
		if err := binary.Read(in, binary.BigEndian, &size); err != nil {
			return err
		}
		item := make([]byte, size)
		if _, err := io.ReadFull(in, item); err != nil {
			return err
		}
		use(string(item))
	}
}
