package main

import (
	"bytes"
	"errors"
	"io"
)

// blockSize is how much of a file a process holds in memory at a time: two words
// at least.
const blockSize = 2 * maxWord

var errBinary = usageError{errors.New("a zero byte")}

type totals struct{ lines, words, bytes int64 }

func (t *totals) add(u totals) {
	t.lines += u.lines
	t.words += u.words
	t.bytes += u.bytes
}

// A counter counts the words of ranges of a file in one table, block by block:
// whatever the size of the range, the memory is that of a block and of the table.
type counter struct {
	table *table
	block []byte
	cutter
}

func newCounter(limit int) *counter {
	block := make([]byte, blockSize+1+8) // see below, and addWords
	return &counter{table: newTable(limit), block: block}
}

// count counts in the bytes from lo to hi. The range's end is the last word's
// end.
func (c *counter) count(f io.ReaderAt, lo, hi int64) (sum totals, err error) {
	kept := 0 // bytes of a word whose end the last block did not have
	for at := lo; at < hi && err == nil; {
		n, readErr := f.ReadAt(c.block[kept:kept+int(min(int64(blockSize-kept), hi-at))], at)
		if n == 0 && readErr != nil {
			return sum, shorter(readErr)
		}
		fresh := c.block[kept : kept+n]
		if bytes.IndexByte(fresh, 0) >= 0 {
			return sum, errBinary
		}
		sum.lines += int64(bytes.Count(fresh, []byte("\n")))
		sum.bytes += int64(n)
		end := kept + n
		if at += int64(n); at == hi {
			c.block[end] = '\n' // so that the last word has an end
			end++
		}
		words, rest := c.table.addWords(c.block, end)
		sum.words += words
		kept = copy(c.block, c.block[rest:end])
		if err = c.table.err; err == nil && kept > maxWord {
			err = errLongWord
		}
	}
	return sum, err
}
