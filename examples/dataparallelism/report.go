package main

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// A ranking keeps the most frequent of the entries it sees, in bounded memory.
type ranking struct {
	keep      int
	best      []entry
	different int
}

func (r *ranking) add(e entry) {
	r.different++
	if r.best = append(r.best, e); len(r.best) >= 2*r.keep+64 {
		r.cut()
	}
}

func (r *ranking) cut() {
	slices.SortFunc(r.best, func(a, b entry) int {
		return cmp.Or(-cmp.Compare(a.n, b.n), strings.Compare(a.word, b.word))
	})
	clear(r.best[min(r.keep, len(r.best)):])
	r.best = r.best[:min(r.keep, len(r.best))]
}

// print prints a result. Nothing in it says how it was found, so that it can be
// compared.
func (r *ranking) print(sum totals) {
	const format = "%d lines, %d words, %d bytes, %d different words"
	say(format, sum.lines, sum.words, sum.bytes, r.different)
	r.cut()
	for _, e := range r.best {
		say("%8d %s", e.n, printable(e.word))
	}
}

// printable quotes a word that a terminal might obey.
func printable(word string) string {
	odd := func(c rune) bool { return c == unicode.ReplacementChar || !unicode.IsPrint(c) }
	if strings.ContainsFunc(word, odd) {
		return strconv.Quote(word)
	}
	return word
}
