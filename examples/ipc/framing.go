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

// maxMessage is the longest message that these programs send, in bytes.
const maxMessage = 64 << 10

// writeFrame writes a message behind its length, in one write.
func writeFrame(w io.Writer, msg []byte, limit int) error {
	if len(msg) > limit {
		return fmt.Errorf("a message of %d bytes: the limit is %d", len(msg), limit)
	}
	frame := binary.BigEndian.AppendUint32(nil, uint32(len(msg)))
	_, err := w.Write(append(frame, msg...))
	return err
}

// readFrame reads a message of at most limit bytes. It returns io.EOF if the stream ends
// between two messages, and only then.
func readFrame(r io.Reader, limit int) ([]byte, error) {
	header := make([]byte, 4)
	if n, err := io.ReadFull(r, header); n < len(header) {
		return nil, err // io.EOF if there is no byte, io.ErrUnexpectedEOF if there are one to three
	}
	size := binary.BigEndian.Uint32(header)
	if uint64(size) > uint64(limit) {
		return nil, fmt.Errorf("a frame of %d bytes: the limit is %d", size, limit)
	}
	msg := make([]byte, size)
	if n, err := io.ReadFull(r, msg); n < len(msg) {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return nil, fmt.Errorf("%d of a frame's %d bytes: %w", n, size, err)
	}
	return msg, nil
}

// writeLine writes a line in one write. It must have no newline inside.
func writeLine(w io.Writer, line []byte, limit int) error {
	if len(line) > limit {
		return fmt.Errorf("a line of %d bytes: the limit is %d", len(line), limit)
	}
	if bytes.IndexByte(line, '\n') >= 0 {
		return errors.New("a newline inside a line")
	}
	_, err := w.Write(append(line[:len(line):len(line)], '\n'))
	return err
}

// readLine reads a line of at most limit bytes, without its newline. The reader's buffer must hold
// one byte more. It returns io.EOF if the stream ends between two lines, and only then.
func readLine(in *bufio.Reader, limit int) ([]byte, error) {
	line, err := in.ReadSlice('\n')
	switch {
	case err == bufio.ErrBufferFull || len(line) > limit+1:
		return nil, fmt.Errorf("a line of more than %d bytes", limit)
	case err == io.EOF && len(line) > 0:
		return nil, fmt.Errorf("%d bytes without a newline: %w", len(line), io.ErrUnexpectedEOF)
	case err != nil:
		return nil, err
	}
	return line[:len(line)-1], nil
}

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
	write   func(w io.Writer, msg []byte, limit int) error
	read    func(r *bufio.Reader, limit int) ([]byte, error)
	tooLong []byte // the beginning of a record beyond the limit
}

var formats = []format{
	{"lines", encodeText, decodeText, writeLine, readLine, bytes.Repeat([]byte("9"), maxMessage+1)},
	{"JSON", encodeJSON, decodeJSON, writeLine, readLine, bytes.Repeat([]byte("["), maxMessage+1)},
	{"gob", encodeGob, decodeGob, writeFrame, bufferedFrame, []byte("\xff\xff\xff\xff")},
}

// runFraming writes three records in each format and reads them back.
func runFraming(f *lockstep.Flags) {
	damage := f.Choice("damage", "", "cut the last byte off, or add a record that is too long", "cut", "long")
	f.Parse()
	for _, how := range formats {
		var stream bytes.Buffer
		lockstep.Check(how.writeAll(&stream, []record{{1, "one"}, {2, "two"}, {3, "three"}}))
		switch *damage {
		case "cut":
			stream.Truncate(stream.Len() - 1)
		case "long":
			stream.Write(how.tooLong)
		}
		size := stream.Len()
		if got, err := how.readAll(&stream); err != nil {
			lockstep.Say("%-6s %d records, then: %v", how.name+":", len(got), err)
		} else {
			lockstep.Say("%-6s %d records in %d bytes", how.name+":", len(got), size)
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

func bufferedFrame(in *bufio.Reader, limit int) ([]byte, error) { return readFrame(in, limit) }

// Text: anyone can read it, and it cannot have newlines.
func encodeText(rec record) ([]byte, error) {
	return fmt.Appendf(nil, "%d %s", rec.Number, rec.Text), nil
}

func decodeText(msg []byte) (record, error) {
	number, text, _ := strings.Cut(string(msg), " ")
	n, err := strconv.ParseUint(number, 10, 32)
	return record{uint32(n), text}, err
}

// JSON: any language. Newlines inside are escaped, and what is not UTF-8 cannot be carried.
func encodeJSON(rec record) ([]byte, error) {
	if !utf8.ValidString(rec.Text) {
		return nil, errors.New("JSON carries UTF-8 only")
	}
	return json.Marshal(rec)
}

func decodeJSON(msg []byte) (rec record, err error) {
	err = json.Unmarshal(msg, &rec)
	return rec, err
}

// Gob: any Go value. A message describes its type; a longer stream from one encoder does so only once.
func encodeGob(rec record) ([]byte, error) {
	var msg bytes.Buffer
	err := gob.NewEncoder(&msg).Encode(rec)
	return msg.Bytes(), err
}

func decodeGob(msg []byte) (rec record, err error) {
	if err := gob.NewDecoder(bytes.NewReader(msg)).Decode(&rec); err != nil {
		return record{}, fmt.Errorf("not a gob: %v", err) // not %w: io.EOF in here is no end of the stream
	}
	return rec, nil
}
