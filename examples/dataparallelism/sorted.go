package main

import (
	"cmp"
	"encoding/binary"
	"iter"
	"math/bits"
	"slices"
	"strings"
)

// sorted yields the words in their order, and uses the table up.
func (t *table) sorted() iter.Seq2[string, uint64] {
	slots := slices.DeleteFunc(t.slots, func(s slot) bool { return s.n == 0 })
	word := func(s slot) string { return string(t.text[s.at : s.at+s.size]) }
	slices.SortFunc(slots, func(a, b slot) int {
		if order := cmp.Compare(t.prefix(a), t.prefix(b)); order != 0 {
			return order
		}
		return strings.Compare(word(a), word(b))
	})
	return func(yield func(string, uint64) bool) {
		for _, s := range slots {
			if !yield(word(s), s.n) {
				return
			}
		}
	}
}

// prefix returns a word's first eight bytes as a number: in the words' order, as a
// shorter word has zeros for what it lacks, and no word has a zero byte.
func (t *table) prefix(s slot) uint64 {
	if s.size <= 8 {
		return bits.ReverseBytes64(s.key)
	}
	return binary.BigEndian.Uint64(t.text[s.at:])
}
