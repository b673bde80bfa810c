package main

import (
	"regexp"
	"strings"

	"example.com/lockstep/examples/hello/lockstep"
)

const poem = `the fog comes on
little cat feet
it sits looking over harbor
and city on silent haunches
and then moves on
`

var wordBefore, wordBehind = regexp.MustCompile(`\S+$`), regexp.MustCompile(`^\S+`)

// runOffByOne cuts a text at bytes, wherever they fall. A word across a border then has two halves,
// and each half is counted as a word.
func runOffByOne(f *lockstep.Flags) {
	most := f.Number("p", 5, 2, 64, "up to how many parts")
	f.Parse()
	for p := 1; p <= *most; p++ {
		words, cuts := 0, ""
		for i := range p {
			lo, hi := len(poem)*i/p, len(poem)*(i+1)/p // NOTE: incorrect: a border may cut a word in two
			words += len(strings.Fields(poem[lo:hi]))
			left, right := wordBefore.FindString(poem[:hi]), wordBehind.FindString(poem[hi:])
			if left != "" && right != "" {
				cuts += "  " + left + "|" + right
			}
		}
		lockstep.Say("P=%d: %d words%s", p, words, cuts)
	}
}
