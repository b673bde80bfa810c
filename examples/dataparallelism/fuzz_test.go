package main

import (
	"bufio"
	"bytes"
	"io"
	"slices"
	"testing"
)

// However a file is cut, each byte belongs to one range, and a range begins where
// a line does.
func FuzzRanges(f *testing.F) {
	for _, text := range texts {
		f.Add([]byte(text), uint8(3), uint16(5))
	}
	f.Add([]byte("ab\ncd"), uint8(2), uint16(1))
	f.Fuzz(func(t *testing.T, text []byte, p uint8, chunk uint16) {
		if len(text) > 1<<14 || bytes.IndexByte(text, 0) >= 0 {
			t.Skip()
		}
		r, size := bytes.NewReader(text), int64(len(text))
		n := int(p%9) + 1
		for _, schedule := range schedules {
			h := newHandout(schedule, size, n, int64(chunk)+1+size/100)
			c := newCounter(1 << 24)
			var sum totals
			var ranges []piece
			var again cutter
			for who := range n {
				for p, ok := h.take(who); ok; p, ok = h.take(who) {
					lo, err1 := cut(r, size, p.lo, lineEnds)
					hi, err2 := cut(r, size, p.hi, lineEnds)
					if err1 != nil || err2 != nil {
						t.Fatal(err1, err2)
					}
					for _, c := range []piece{{p.lo, lo}, {p.hi, hi}} {
						if at, err := again.cut(r, size, c.lo, lineEnds); at != c.hi || err != nil {
							t.Errorf("a cutter moves %d to %d (%v), want %d", c.lo, at, err, c.hi)
						}
					}
					if lo > 0 && lo < size && text[lo-1] != '\n' {
						t.Errorf("a range begins at %d, in the middle of a line", lo)
					}
					if p.lo > 0 && p.lo < size && text[p.lo-1] == '\n' && lo != p.lo {
						t.Errorf("a border at %d was right, and was moved to %d", p.lo, lo)
					}
					s, err := c.count(r, lo, hi)
					if err == errLongWord {
						t.Skip()
					}
					if err != nil {
						t.Fatal(err)
					}
					sum.add(s)
					if lo < hi {
						ranges = append(ranges, piece{lo, hi})
					}
				}
			}
			slices.SortFunc(ranges, func(a, b piece) int { return int(a.lo - b.lo) })
			at := int64(0)
			for _, r := range ranges {
				if r.lo != at {
					t.Errorf("%s: a range begins at %d, the one before ends at %d", schedule, r.lo, at)
				}
				at = r.hi
			}
			if at != size {
				t.Errorf("%s: the last range ends at %d of %d", schedule, at, size)
			}
			wantSum, want := expect(string(text))
			check(t, wantSum, want, func(yield func(entry)) (totals, error) {
				for word, n := range c.table.sorted() {
					yield(entry{word, n})
				}
				return sum, nil
			})
		}
	})
}

// What is not a table is an error, and what is one is sent again as it came.
func FuzzReadTable(f *testing.F) {
	for _, s := range []string{
		"end 0\n", "3 a\n1 b\nend 2\n", "3 a\n", "end 1\n", "x a\n", "0 a\nend 1\n", "01 a\nend 1\n",
		"1 b\n1 a\nend 2\n", "1\n", "1 \nend 1\n", "", "\n", " a\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, sent []byte) {
		next := readTable(bufio.NewReaderSize(bytes.NewReader(sent), maxAnswer))
		var entries []entry
		for {
			e, err := next()
			if err == io.EOF {
				break
			}
			if err != nil {
				return
			}
			entries = append(entries, e)
		}
		var b bytes.Buffer
		w := bufio.NewWriter(&b)
		writeTable(w, func(yield func(string, uint64) bool) {
			for _, e := range entries {
				if !yield(e.word, e.n) {
					return
				}
			}
		})
		w.Flush()
		if !bytes.HasPrefix(sent, b.Bytes()) {
			t.Errorf("%q was taken for a table, which is %q", sent, b.Bytes())
		}
	})
}
