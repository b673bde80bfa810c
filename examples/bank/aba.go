package main

import (
	"errors"
	"strings"
)

// A drawer of banknotes is a stack in mapped memory: line 0 has the note on top, and line n the
// note that lies under note n; 0 is the bottom. To take the top note is one compare-and-swap.
type drawer interface {
	look() (top, under int64)         // the word that says what is on top, and the note under that
	swap(seen int64, note int64) bool // puts the note on top, if the top is still as it was seen
	note(top int64) int64             // the note that is on top
}

// An untagged drawer's top word is the number of the note, and nothing else.
type untagged []word

func (d untagged) look() (top, under int64) {
	top = d[0].value.Load()
	return top, d[top].value.Load()
}

func (d untagged) swap(seen, note int64) bool {
	// NOTE: incorrect: the top is the same again, but the drawer is not.
	return d[0].value.CompareAndSwap(seen, note)
}

func (d untagged) note(top int64) int64 { return top }

// runABA lets teller B empty half the drawer and put the first note back on top, after teller A
// has looked at it and before A swaps.
func runABA(args []string) error { return playDrawer("aba", args) }

func playDrawer(variant string, args []string) error {
	fs := newFlags(variant)
	if err := parse(fs, args); err != nil {
		return err
	}
	dir, remove, err := tempDir()
	if err != nil {
		return err
	}
	defer remove()
	if err := createCAS(dir, []int64{1, 2, 3, 0}); err != nil {
		return err
	}
	lines, unmap, err := openMapped[word](dir, "words")
	if err != nil {
		return err
	}
	defer unmap()
	tellers, err := startTellers(dir, "drawer-"+variant, "teller A", "teller B")
	if err != nil {
		return err
	}
	remove()
	a, b := tellers[0], tellers[1]
	inHands := 0
	for _, step := range []struct {
		teller *teller
		order  string
	}{
		{a, "look"},
		{b, "take"}, {b, "take"}, {b, "put back"},
		{a, "swap"}, {a, "take"},
		{a, "show"}, {b, "show"},
	} {
		line, err := step.teller.do(step.order)
		if err != nil {
			return errors.Join(err, endAll(tellers))
		}
		say("%s", line)
		if _, notes, ok := strings.Cut(line, "holds "); ok {
			inHands += len(strings.Fields(notes))
		}
	}
	inDrawer := 0
	top := openDrawer(variant, lines).note(lines[0].value.Load())
	for n := top; n != 0; n = lines[n].value.Load() {
		inDrawer++
	}
	say("%d in hands and %d in the drawer, of 3 notes", inHands, inDrawer)
	return endAll(tellers)
}

func openDrawer(variant string, lines []word) drawer {
	if variant == "tagged" {
		return tagged(lines)
	}
	return untagged(lines)
}
