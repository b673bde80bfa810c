// want: words" in all
package main

import (
	"bytes"
	"io"
)

// Cut looks at 32 bytes only.
func Cut(text io.ReaderAt, size, offset int64) (int64, error) {
	if offset <= 0 || offset >= size {
		return offset, nil
	}
	block := make([]byte, 32)
	n, _ := text.ReadAt(block, offset-1)
	if i := bytes.IndexAny(block[:n], " \t\n"); i >= 0 {
		return offset + int64(i), nil
	}
	return offset, nil
}
