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
		if i := bytes.IndexAny(block[:n], ends); i >= 0 {
			return at + int64(i) + 1, nil
		}
		if at += int64(n); at < size && err != nil {
			return 0, shorter(err)
		}
	}
	return size, nil // the last line has no newline, or this is its middle
}

// shorter tells an end of file where there was more before from a failure to
// read.
func shorter(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
