// want: which nobody sent so
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

// Receive gives a half of an item to use.
func Receive(r io.Reader, use func(string)) error {
	for in := bufio.NewReader(r); ; {
		kind, err := in.ReadByte()
		if err != nil {
			return err // io.EOF is too early here: there was no goodbye
		}
		if kind == 0 {
			return nil
		}
		var size uint32
		if err := binary.Read(in, binary.BigEndian, &size); err != nil {
			return err
		}
		item := make([]byte, size)
		n, err := io.ReadFull(in, item)
		use(string(item[:n]))
		if err != nil {
			return err
		}
	}
}
