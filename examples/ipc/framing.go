package main

import (
	"bytes"
	"fmt"
	"io"
)

// A record is what the codecs carry.
type record struct {
	Seq  uint32
	Text string
}

// A codec puts records on a stream of bytes and gets them off again. The decoder returns io.EOF
// where the stream may end, and otherwise errTruncated, errOversize or errMalformed: after one of
// these it is unknown where the next record begins, and the stream is of no more use.
type codec struct {
	name    string
	encoder func(w io.Writer) func(record) error
	decoder func(r io.Reader) func() (record, error)
	tooLong func() []byte // the beginning of a record beyond the limit
	spoilt  []byte        // a record that is none
}

var codecs = []codec{lines, length, gobs, jsonLines}

// runFraming sends three records through each codec and reads them back, the stream damaged first
// if that is asked for.
func runFraming(args []string) error {
	fs := newFlags("framing")
	damage := fs.String("damage", "none",
		"what happens to the third record: none, cut, long or spoilt")
	if err := parse(fs, args); err != nil {
		return err
	}
	for _, c := range codecs {
		var wire bytes.Buffer
		encode := c.encoder(&wire)
		for i, text := range []string{"one", "two", "three"} {
			if i == 2 && (*damage == "long" || *damage == "spoilt") {
				continue
			}
			if err := encode(record{uint32(i + 1), text}); err != nil {
				return err
			}
		}
		switch *damage {
		case "none":
		case "cut":
			wire.Truncate(wire.Len() - 1)
		case "long":
			wire.Write(c.tooLong())
		case "spoilt":
			wire.Write(c.spoilt)
		default:
			return usagef("-damage %q: want none, cut, long or spoilt", *damage)
		}
		size := wire.Len()
		got, err := decodeAll(c, &wire)
		if err != nil {
			say("%-7s %d records, then: %v", c.name+":", len(got), err)
			continue
		}
		say("%-7s %d records in %d bytes", c.name+":", len(got), size)
	}
	return nil
}

func decodeAll(c codec, r io.Reader) ([]record, error) {
	var got []record
	for decode := c.decoder(r); ; {
		rec, err := decode()
		if err == io.EOF {
			return got, nil
		}
		if err != nil {
			return got, fmt.Errorf("record %d: %w", len(got)+1, err)
		}
		got = append(got, rec)
	}
}
