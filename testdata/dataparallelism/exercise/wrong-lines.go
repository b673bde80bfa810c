// want: somebody has nothing to do
package main

import (
	"bytes"
	"io"
)

// Cut moves the offset to where a line begins.
func Cut(text io.ReaderAt, size, offset int64) (int64, error) {
	if offset <= 0 || offset >= size {
		return offset, nil
	}
	rest, err := io.ReadAll(io.NewSectionReader(text, offset-1, size-offset+1))
	if i := bytes.IndexByte(rest, '\n'); i >= 0 {
		return offset + int64(i), err
	}
	return size, err
}
