package main

import (
	"bufio"
	"cmp"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"example.com/lockstep/examples/hello/lockstep"
)

// cut moves an offset forward to where the next line begins, or to the end of the text. The process
// before a border and the one behind it both call cut with the same offset, so one of them stops
// exactly where the other begins.
func cut(text io.ReaderAt, offset int64) (int64, error) {
	if offset == 0 {
		return 0, nil
	}
	rest := bufio.NewReader(io.NewSectionReader(text, offset-1, 1<<62))
	for ; ; offset++ {
		before, err := rest.ReadByte() // the byte before the offset
		if err == io.EOF {
			return offset - 1, nil
		}
		if before == '\n' || err != nil {
			return offset, err
		}
	}
}

// region tally
// A tally says how often each word occurs.
type tally map[string]int

func (t tally) add(other tally) {
	for word, n := range other {
		t[word] += n
	}
}

// endregion tally

// countRange counts the words between two offsets of a text.
func countRange(text io.ReaderAt, lo, hi int64) (map[string]int, error) {
	words := bufio.NewScanner(io.NewSectionReader(text, lo, hi-lo))
	words.Split(bufio.ScanWords)
	counts := map[string]*int{}
	for words.Scan() {
		n := counts[string(words.Bytes())] // only looks the word up: no copy is made
		if n == nil {
			n = new(int)
			counts[words.Text()] = n
		}
		*n++
	}
	table := map[string]int{}
	for word, n := range counts {
		table[word] = *n
	}
	return table, words.Err()
}

// countPiece counts the lines that begin in a piece of a text.
func countPiece(text io.ReaderAt, p piece) (tally, error) {
	lo, err := cut(text, p.lo)
	if err != nil {
		return nil, err
	}
	hi, err := cut(text, p.hi)
	if err != nil {
		return nil, err
	}
	if lo == 0 {
		lo = min(afterMark(text), hi)
	}
	return countRange(text, lo, hi)
}

// afterMark returns where a text begins: behind the byte order mark, which some editors write first.
func afterMark(text io.ReaderAt) int64 {
	const mark = "\ufeff"
	first := make([]byte, len(mark))
	if text.ReadAt(first, 0); string(first) == mark {
		return int64(len(mark))
	}
	return 0
}

// words is the number of words that were counted.
func (t tally) words() (sum int) {
	for _, n := range t {
		sum += n
	}
	return sum
}

// report prints a tally and its most frequent words. Nothing in it says how it was counted, so that
// it can be compared.
func (t tally) report(top int) {
	lockstep.Say("%d words, %d different", t.words(), len(t))
	list := slices.SortedFunc(maps.Keys(t), func(a, b string) int {
		return cmp.Or(t[b]-t[a], strings.Compare(a, b))
	})
	for _, word := range list[:min(top, len(list))] {
		lockstep.Say("%8d %s", t[word], printable(word))
	}
}

// printable quotes a word that a terminal might obey.
func printable(word string) string {
	if strings.ContainsFunc(word, func(c rune) bool { return c == unicode.ReplacementChar || !unicode.IsPrint(c) }) {
		return strconv.Quote(word)
	}
	return word
}
