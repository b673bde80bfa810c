package main

import (
	"bytes"
	"io"
)

// Cut moves the offset forward to the first place behind white space.
func Cut(text io.ReaderAt, size, offset int64) (int64, error) {
	if offset <= 0 || offset >= size {
		return offset, nil
	}
	block := make([]byte, 64)
	for at := offset - 1; at < size; { // back by one: the offset may be a right place already
		n, err := text.ReadAt(block, at)
		if i := bytes.IndexAny(block[:n], " \t\n"); i >= 0 {
			return at + int64(i) + 1, nil
		}
		if at += int64(n); at < size && err != nil {
			return 0, err
		}
	}
	return size, nil
}
