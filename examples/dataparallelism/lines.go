package main

import (
	"bytes"
	"io"
)

// Where a range of bytes may end: behind any of these.
const (
	lineEnds   = "\n"
	whiteSpace = " \t\n\v\f\r" // what separates words
)

// cut moves an offset forward to the first place behind one of the ends. Whoever
// asks with the same offset gets the same answer; so of two processes the one
// stops exactly where the other begins, and neither has to ask the other.
func cut(f io.ReaderAt, size, offset int64, ends string) (int64, error) {
	if offset <= 0 || offset >= size {
		return min(max(offset, 0), size), nil
	}
	block := make([]byte, 4096)
	for at := offset - 1; at < size; { // back: it may be a right place already
		n, err := f.ReadAt(block[:min(int64(len(block)), size-at)], at)
		line := block[:n]
		end := bytes.IndexAny(line, ends)
		if end >= 0 {
			line = line[:end]
		}
		if bytes.IndexByte(line, 0) >= 0 {
			return 0, errBinary // no text: the next line may be very far away
		}
		if end >= 0 {
			return at + int64(end) + 1, nil
		}
		if at += int64(n); at < size && err != nil {
			return 0, shorter(err)
		}
	}
	return size, nil // the last line has no newline, or this is its middle
}

// A cutter cuts one file again and again. It remembers its last answer, which is
// that for every offset in between, too: else a line that is longer than many
// pieces would be searched to its end for each of them.
type cutter struct{ from, to int64 }

// cut is the function cut, for the same file and ends each time.
func (c *cutter) cut(f io.ReaderAt, size, offset int64, ends string) (int64, error) {
	if c.from <= offset && offset <= c.to {
		return c.to, nil
	}
	to, err := cut(f, size, offset, ends)
	if err == nil {
		c.from, c.to = offset, to
	}
	return to, err
}

// shorter tells an end of file where there was more before from a failure to
// read.
func shorter(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
