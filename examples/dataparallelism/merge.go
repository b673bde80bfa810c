package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"iter"
	"strconv"
)

// An entry is a word and how often it occurs.
type entry struct {
	word string
	n    uint64
}

// A source yields the entries of one table in the order of their words, then
// io.EOF.
type source func() (entry, error)

// maxAnswer is the length of the longest line in which a table is sent.
const maxAnswer = maxWord + 32

// writeTable sends a table: a line for each word, in their order, and one that
// says it is complete.
func writeTable(w *bufio.Writer, words iter.Seq2[string, uint64]) {
	different := 0
	for word, n := range words {
		w.WriteString(strconv.FormatUint(n, 10))
		w.WriteByte(' ')
		w.WriteString(word)
		w.WriteByte('\n')
		different++
	}
	fmt.Fprintf(w, "end %d\n", different)
}

// readTable is the source of what writeTable sends. It takes nothing else: what
// comes from another process may have ended early.
func readTable(r *bufio.Reader) source {
	last, different := "", 0
	return func() (entry, error) {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return entry{}, shorter(err)
		}
		count, word, found := bytes.Cut(line[:len(line)-1], []byte(" "))
		if string(count) == "end" {
			if string(word) != strconv.Itoa(different) {
				return entry{}, fmt.Errorf("a table of %d words ends with %q", different, word)
			}
			return entry{}, io.EOF
		}
		n, err := strconv.ParseUint(string(count), 10, 64)
		if !found || err != nil || count[0] == '0' || len(word) > maxWord ||
			bytes.ContainsAny(word, whiteSpace) {
			return entry{}, fmt.Errorf("%q is no line of a table", line)
		}
		if string(word) <= last {
			return entry{}, fmt.Errorf("%q comes after %q: out of order", word, last)
		}
		last = string(word)
		different++
		return entry{last, n}, nil
	}
}

// merge yields every word of all sources once, with the sum of its counts, in the
// words' order. In memory it holds one entry of each source, however large they
// are.
func merge(sources []source, yield func(entry)) error {
	heads := make([]entry, 0, len(sources))
	advance := func(i int) error {
		e, err := sources[i]()
		heads[i] = e // at the end, the empty word
		if err == io.EOF {
			return nil
		}
		return err
	}
	for i := range sources {
		heads = append(heads, entry{})
		if err := advance(i); err != nil {
			return err
		}
	}
	for {
		var least entry
		for _, h := range heads {
			if h.word != "" && (least.word == "" || h.word < least.word) {
				least.word = h.word
			}
		}
		if least.word == "" {
			return nil
		}
		for i := range heads {
			if heads[i].word == least.word {
				least.n += heads[i].n
				if err := advance(i); err != nil {
					return err
				}
			}
		}
		yield(least)
	}
}
