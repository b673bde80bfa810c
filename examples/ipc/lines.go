package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// lineReader returns a function that reads one line of at most maxMessage bytes, its end excluded.
func lineReader(r io.Reader) func() ([]byte, error) {
	in := bufio.NewReaderSize(r, maxMessage+1)
	return func() ([]byte, error) {
		line, err := in.ReadSlice('\n')
		switch {
		case err == bufio.ErrBufferFull:
			return nil, fmt.Errorf("%w line: the limit is %d bytes", errOversize, maxMessage)
		case err == io.EOF && len(line) > 0:
			return nil, fmt.Errorf("%w line: %d bytes and no newline", errTruncated, len(line))
		case err != nil:
			return nil, err
		}
		return line[:len(line)-1], nil
	}
}

func writeLine(w io.Writer, line []byte) error {
	switch {
	case len(line) > maxMessage:
		return fmt.Errorf("%w line: %d bytes, the limit is %d", errOversize, len(line), maxMessage)
	case bytes.IndexByte(line, '\n') >= 0:
		return fmt.Errorf("%w line: a newline inside", errMalformed)
	}
	_, err := w.Write(append(line, '\n')) // one write
	return err
}

// lines writes a record as its number, a space and its text. Anyone can read it, and no text may
// have a newline.
var lines = codec{
	name: "lines",
	encoder: func(w io.Writer) func(record) error {
		return func(rec record) error {
			return writeLine(w, fmt.Appendf(nil, "%d %s", rec.Seq, rec.Text))
		}
	},
	decoder: func(r io.Reader) func() (record, error) {
		next := lineReader(r)
		return func() (record, error) {
			line, err := next()
			if err != nil {
				return record{}, err
			}
			number, text, found := strings.Cut(string(line), " ")
			seq, err := strconv.ParseUint(number, 10, 32)
			if !found || err != nil {
				return record{}, fmt.Errorf("%w line: %.20q is no number and text", errMalformed, line)
			}
			return record{uint32(seq), text}, nil
		}
	},
	tooLong: func() []byte { return bytes.Repeat([]byte("9"), maxMessage+1) },
	spoilt:  []byte("three, a line without a number\n"),
}
