package main

import (
	"io"
	"strings"

	"example.com/lockstep/examples/hello/lockstep"
	"golang.org/x/sync/errgroup"
)

// runOffByOne cuts the file at bytes, wherever they fall. A word across a border then has two
// halves, and each half is counted as a word. (Goroutines count here: it is the same mistake.)
func runOffByOne(f *lockstep.Flags) {
	open := textFlag(f)
	most := f.Number("p", 4, 2, 64, "up to how many parts")
	f.Parse()
	in := open()
	for p := 1; p <= *most; p++ {
		counts := make([]int64, p)
		var g errgroup.Group
		for i := range p {
			g.Go(func() error {
				lo, hi := in.size*int64(i)/int64(p), in.size*int64(i+1)/int64(p)
				t, err := countRange(in.file, lo, hi) // NOTE: incorrect: a border may fall into a word
				counts[i] = t.Words
				return err
			})
		}
		lockstep.Check(in.check(g.Wait()))
		words, cuts := int64(0), ""
		for i, n := range counts {
			words += n
			cuts += cutWord(in.file, in.size, in.size*int64(i)/int64(p))
		}
		lockstep.Say("P=%d: %d words%s", p, words, cuts)
	}
}

// cutWord returns the word that an offset falls into, with a mark there, or nothing.
func cutWord(f io.ReaderAt, size, at int64) string {
	before, after := make([]byte, min(at, 20)), make([]byte, min(size-at, 20))
	if at == 0 || at == size {
		return ""
	}
	_, err := f.ReadAt(before, at-int64(len(before)))
	lockstep.Check(err)
	_, err = f.ReadAt(after, at)
	lockstep.Check(err)
	left := before[strings.LastIndexAny(string(before), whiteSpace)+1:]
	right, _, _ := strings.Cut(strings.Map(func(c rune) rune {
		if strings.ContainsRune(whiteSpace, c) {
			return ' '
		}
		return c
	}, string(after)), " ")
	if len(left) == 0 || len(right) == 0 {
		return ""
	}
	return "  " + printable(string(left)+"|"+right)
}
