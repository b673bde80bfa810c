package main

import "io"

// Cut goes back, byte by byte, to where a word begins or white space stands.
func Cut(text io.ReaderAt, size, offset int64) (int64, error) {
	for offset > 0 && offset < size {
		var two [2]byte
		if _, err := text.ReadAt(two[:], offset-1); err != nil {
			return 0, err
		}
		if blank(two[0]) || blank(two[1]) {
			break
		}
		offset--
	}
	return offset, nil
}

func blank(b byte) bool { return b == ' ' || b == '\t' || b == '\n' }
