// want: words" in all
package main

import (
	"bytes"
	"io"
)

// Cut moves every offset behind the next white space, the first one, too.
func Cut(text io.ReaderAt, size, offset int64) (int64, error) {
	rest, err := io.ReadAll(io.NewSectionReader(text, offset, size-offset))
	if i := bytes.IndexAny(rest, " \t\n"); i >= 0 {
		return offset + int64(i) + 1, err
	}
	return size, err
}
