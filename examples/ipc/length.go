package main

import (
	"encoding/binary"
	"fmt"
	"io"
)

// length writes a record as a frame: its number in four bytes, then its text, whatever it is.
var length = codec{
	name: "length",
	encoder: func(w io.Writer) func(record) error {
		return func(rec record) error {
			msg := append(binary.BigEndian.AppendUint32(nil, rec.Seq), rec.Text...)
			frame, err := appendFrame(nil, msg)
			if err != nil {
				return err
			}
			_, err = w.Write(frame)
			return err
		}
	},
	decoder: func(r io.Reader) func() (record, error) {
		return func() (record, error) {
			msg, err := readFrame(r)
			if err != nil {
				return record{}, err
			}
			if len(msg) < 4 {
				return record{}, fmt.Errorf("%w record: %d bytes, the number has 4", errMalformed, len(msg))
			}
			return record{binary.BigEndian.Uint32(msg), string(msg[4:])}, nil
		}
	},
	tooLong: func() []byte { return []byte{0xff, 0xff, 0xff, 0xff} },
	spoilt:  []byte{0, 0, 0, 2, 'h', 'i'},
}
