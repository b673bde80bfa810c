package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"example.com/lockstep/examples/hello/lockstep"
)

// A record is what the formats carry.
type record struct {
	Number uint32
	Text   string
}

// A format says how a record becomes bytes, and how these are kept apart on a stream.
type format struct {
	name    string
	encode  func(record) ([]byte, error)
	decode  func([]byte) (record, error)
	write   func(w io.Writer, msg []byte, most int) error
	read    func(r *bufio.Reader, most int) ([]byte, error)
	tooLong []byte // the beginning of a record beyond the limit
}

var formats = []format{
	{"lines", encodeText, decodeText, writeLine, readLine, bytes.Repeat([]byte("9"), maxMessage+1)},
	{"frames", encodeBinary, decodeBinary, writeFrame, bufferedFrame, []byte("\xff\xff\xff\xff")},
	{"gob", encodeGob, decodeGob, writeFrame, bufferedFrame, []byte("\xff\xff\xff\xff")},
	{"JSON", encodeJSON, decodeJSON, writeLine, readLine, bytes.Repeat([]byte("["), maxMessage+1)},
}

// runFraming writes three records in each format and reads them back; before that, the third may be
// damaged.
func runFraming(f *lockstep.Flags) {
	damage := f.Choice("damage", "", "what happens to the third record", "cut", "long", "spoilt")
	f.Parse()
	for _, how := range formats {
		var stream bytes.Buffer
		lockstep.Check(how.writeAll(&stream, []record{{1, "one"}, {2, "two"}}))
		switch *damage {
		case "long":
			stream.Write(how.tooLong)
		case "spoilt":
			lockstep.Check(how.write(&stream, []byte("hi"), maxMessage))
		default:
			lockstep.Check(how.writeAll(&stream, []record{{3, "three"}}))
		}
		if *damage == "cut" {
			stream.Truncate(stream.Len() - 1)
		}
		size := stream.Len()
		if got, err := how.readAll(&stream); err != nil {
			lockstep.Say("%-7s %d records, then: %v", how.name+":", len(got), err)
		} else {
			lockstep.Say("%-7s %d records in %d bytes", how.name+":", len(got), size)
		}
	}
}

func (f format) writeAll(w io.Writer, records []record) error {
	for _, rec := range records {
		msg, err := f.encode(rec)
		if err == nil {
			err = f.write(w, msg, maxMessage)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// readAll reads records up to the end of the stream. After an error it is unknown where the next
// record begins, so what follows is of no use.
func (f format) readAll(r io.Reader) (records []record, err error) {
	for in := bufio.NewReaderSize(r, maxMessage+1); ; {
		msg, err := f.read(in, maxMessage)
		if err == io.EOF {
			return records, nil
		}
		var rec record
		if err == nil {
			rec, err = f.decode(msg)
		}
		if err != nil {
			return records, err
		}
		records = append(records, rec)
	}
}

func bufferedFrame(in *bufio.Reader, most int) ([]byte, error) { return readFrame(in, most) }

// Text: anyone can read it, and it cannot have newlines.
func encodeText(rec record) ([]byte, error) {
	return fmt.Appendf(nil, "%d %s", rec.Number, rec.Text), nil
}

func decodeText(msg []byte) (record, error) {
	number, text, _ := strings.Cut(string(msg), " ")
	n, err := strconv.ParseUint(number, 10, 32)
	if err != nil {
		return record{}, fmt.Errorf("the line does not begin with a number: %.20q", msg)
	}
	return record{uint32(n), text}, nil
}

// Binary: four bytes for the number, and then the text, whatever it is.
func encodeBinary(rec record) ([]byte, error) {
	return append(binary.BigEndian.AppendUint32(nil, rec.Number), rec.Text...), nil
}

func decodeBinary(msg []byte) (record, error) {
	if len(msg) < 4 {
		return record{}, fmt.Errorf("a record of %d bytes: the number alone has 4", len(msg))
	}
	return record{binary.BigEndian.Uint32(msg), string(msg[4:])}, nil
}

// Gob: any Go value. A message describes its type; a longer stream from one encoder does so only once.
func encodeGob(rec record) ([]byte, error) {
	var msg bytes.Buffer
	err := gob.NewEncoder(&msg).Encode(rec)
	return msg.Bytes(), err
}

func decodeGob(msg []byte) (rec record, err error) {
	in := bytes.NewReader(msg)
	if err := gob.NewDecoder(in).Decode(&rec); err != nil {
		return record{}, fmt.Errorf("not a gob: %v", err)
	}
	return rec, nil
}

// JSON: any language. Newlines inside are escaped, and what is not UTF-8 cannot be carried.
func encodeJSON(rec record) ([]byte, error) {
	if !utf8.ValidString(rec.Text) {
		return nil, errors.New("JSON carries UTF-8 only")
	}
	return json.Marshal(rec)
}

func decodeJSON(msg []byte) (rec record, err error) {
	if err := json.Unmarshal(msg, &rec); err != nil {
		return record{}, fmt.Errorf("not JSON: %v", err)
	}
	return rec, nil
}
