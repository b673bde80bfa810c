package main

import "errors"

// maxWord is how long a word may be. A file of gigabytes without white space is
// no text.
const maxWord = 64 << 10

var (
	errLongWord = usagef("a word of more than %d bytes", maxWord)
	errFull     = errors.New("the table is full")
)

// A table counts words. It is a hash table with open addressing; a word of up to
// eight bytes, as most are, is its own key, and is found without a look at its
// letters one by one. It is tempting to take a Go map, but its size cannot be
// limited.
type table struct {
	slots []slot // the length is a power of two
	shift int    // from a hash's 64 bits to a place in slots
	text  []byte // the different words, one behind the other
	used  int
	limit int   // bytes for slots and text
	err   error // the first failure: a new word that was not counted
}

type slot struct {
	n        uint64 // 0: free
	key      uint64
	at, size uint32 // the word is text[at:at+size]
}

const slotSize = 24

func newTable(limit int) *table {
	return &table{slots: make([]slot, 1<<12), shift: 64 - 12, limit: limit}
}

const mix = 0x9e3779b97f4a7c15 // an odd number near 2⁶⁴ ÷ the golden ratio

func (t *table) add(word []byte, key uint64) {
	mask := len(t.slots) - 1
	for i := int(key * mix >> t.shift); ; i++ {
		s := &t.slots[i&mask]
		if s.n == 0 {
			t.insert(s, word, key)
			return
		}
		if s.key == key && int(s.size) == len(word) &&
			(len(word) <= 8 || string(t.text[s.at:s.at+s.size]) == string(word)) {
			s.n++
			return
		}
	}
}

// insert puts a new word into its free slot, after making room for it.
func (t *table) insert(free *slot, word []byte, key uint64) {
	switch {
	case t.err != nil:
	case len(word) > maxWord:
		t.err = errLongWord
	case 2*t.used >= len(t.slots):
		if t.grow(2*len(t.slots), cap(t.text)) {
			t.add(word, key)
		}
	case len(t.text)+len(word) > cap(t.text):
		if t.grow(len(t.slots), 2*cap(t.text)+maxWord) {
			t.add(word, key)
		}
	default:
		*free = slot{1, key, uint32(len(t.text)), uint32(len(word))}
		t.text = append(t.text, word...)
		t.used++
	}
}

// grow reports whether the limit allows these sizes. The old and the new live at
// the same time.
func (t *table) grow(slots, text int) bool {
	if (len(t.slots)+slots)*slotSize+cap(t.text)+text > t.limit {
		t.err = errFull
		return false
	}
	if text > cap(t.text) {
		t.text = append(make([]byte, 0, text), t.text...)
		return true
	}
	old := t.slots
	t.slots, t.shift = make([]slot, slots), t.shift-1
	for _, s := range old {
		i := int(s.key * mix >> t.shift)
		for s.n > 0 && t.slots[i&(slots-1)].n > 0 {
			i++
		}
		if s.n > 0 {
			t.slots[i&(slots-1)] = s
		}
	}
	return true
}
