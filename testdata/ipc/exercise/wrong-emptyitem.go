// want: sent the items ["a" "" "b"], and the consumer has got ["a"]
package main

import (
	"bufio"
	"encoding/binary"
	"io"
)

// Send ends with an empty item, but an item may be empty.
func Send(w io.Writer, next func() (string, bool)) error {
	for {
		item, ok := next()
		if !ok {
			_, err := w.Write([]byte{0, 0, 0, 0})
			return err
		}
		frame := binary.BigEndian.AppendUint32(nil, uint32(len(item)))
		if _, err := w.Write(append(frame, item...)); err != nil {
			return err
		}
	}
}

// Receive stops at an empty item.
func Receive(r io.Reader, use func(string)) error {
	for in := bufio.NewReader(r); ; {
		var size uint32
		if err := binary.Read(in, binary.BigEndian, &size); err != nil {
			return err
		}
		if size == 0 {
			return nil
		}
		item := make([]byte, size)
		if _, err := io.ReadFull(in, item); err != nil {
			return err
		}
		use(string(item))
	}
}
