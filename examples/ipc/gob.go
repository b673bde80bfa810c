package main

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"io"
)

// gobs writes a record as a Go value. A gob says how long it is, but its decoder accepts up to a
// gigabyte; so each goes into a frame, whose limit is ours. The first carries the type's
// description, the others refer to it: a gob stream cannot be entered in the middle.
var gobs = codec{
	name: "gob",
	encoder: func(w io.Writer) func(record) error {
		var buf bytes.Buffer
		enc := gob.NewEncoder(&buf)
		return func(rec record) error {
			buf.Reset()
			if err := enc.Encode(rec); err != nil {
				return err
			}
			frame, err := appendFrame(nil, buf.Bytes())
			if err != nil {
				return err
			}
			_, err = w.Write(frame)
			return err
		}
	},
	decoder: func(r io.Reader) func() (record, error) {
		var buf bytes.Buffer
		dec := gob.NewDecoder(&buf)
		return func() (rec record, err error) {
			frame, err := readFrame(r)
			if err != nil {
				return record{}, err
			}
			buf.Write(frame)
			if err := dec.Decode(&rec); err != nil {
				return record{}, fmt.Errorf("%w gob: %v", errMalformed, err)
			}
			if buf.Len() > 0 {
				return record{}, fmt.Errorf("%w gob: %d bytes after the value", errMalformed, buf.Len())
			}
			return rec, nil
		}
	},
	tooLong: func() []byte { return []byte{0xff, 0xff, 0xff, 0xff} },
	spoilt:  []byte{0, 0, 0, 2, 'h', 'i'},
}
