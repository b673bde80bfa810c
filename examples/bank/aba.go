package main

import (
	"fmt"
	"strings"

	"example.com/lockstep/examples/bank/ledger"
	"example.com/lockstep/examples/hello/lockstep"
)

// A drawer of banknotes is a stack in memory that processes share. Word 0 has the number of the note
// on top, and word n has the number of the note that lies under note n; 0 is the bottom. The upper
// half of word 0 is for a version.

// runABA lets teller A look at the drawer. Before A takes the note on top, teller B takes two notes,
// and puts the first back.
func runABA(f *lockstep.Flags) { f.Parse(); playDrawer(false) }

// runTagged does the same, with a version beside the top.
func runTagged(f *lockstep.Flags) { f.Parse(); playDrawer(true) }

func playDrawer(tagged bool) {
	file, err := lockstep.Unnamed(0)
	lockstep.Check(err)
	lockstep.Check(ledger.CreateWords(file, []int64{1, 2, 3, 0}))
	drawer, _, err := ledger.OpenWords(file)
	lockstep.Check(err)
	a, err := lockstep.Start("teller A", "holder", tagged, file)
	lockstep.Check(err)
	b, err := lockstep.Start("teller B", "holder", tagged, file)
	lockstep.Check(err)

	inHands := 0
	for _, step := range []struct {
		teller *lockstep.Process
		order  string
	}{
		{a, "look"},
		{b, "take"}, {b, "take"}, {b, "put back"},
		{a, "swap"}, {a, "take"},
		{a, "show"}, {b, "show"},
	} {
		did, err := step.teller.Step(step.order)
		lockstep.Check(err)
		lockstep.Say("[%s] %s", step.teller.Name, did)
		if notes, ok := strings.CutPrefix(did, "holds "); ok {
			inHands += len(strings.Fields(notes))
		}
	}
	inDrawer := 0
	for n := note(drawer[0].Load()); n != 0; n = drawer[n].Load() {
		inDrawer++
	}
	lockstep.Say("%d in hands and %d in the drawer, of 3 notes", inHands, inDrawer)
}

// holder does to the drawer what each turn's order says.
func holder(args lockstep.Args) {
	drawer, _, err := ledger.OpenWords(args.File(1))
	lockstep.Check(err)
	swap := swapTop
	if args[0] == "true" {
		swap = swapTagged
	}
	var hand []int64     // the notes this teller has taken
	var top, under int64 // the top as it was seen, and the note under it
	look := func() {
		top = drawer[0].Load()
		under = drawer[note(top)].Load()
	}
	for {
		switch order := lockstep.Turn(); order {
		case "look":
			look()
			lockstep.Done("sees note %d on top, note %d under it", note(top), under)
		case "swap":
			if !swap(&drawer[0], top, under) {
				lockstep.Done("swaps in vain: the top is another version of note %d", note(top))
				continue
			}
			hand = append(hand, note(top))
			lockstep.Done("swaps: note %d is on top, as before, and taken", note(top))
		case "take":
			for look(); !swap(&drawer[0], top, under); look() {
			}
			hand = append(hand, note(top))
			lockstep.Done("takes note %d", note(top))
		case "put back":
			first := hand[0]
			hand = hand[1:]
			for look(); ; look() {
				drawer[first].Store(note(top))
				if swap(&drawer[0], top, first) {
					break
				}
			}
			lockstep.Done("puts note %d back", first)
		case "show":
			lockstep.Done("holds %s", strings.Trim(fmt.Sprint(hand), "[]"))
		}
	}
}

// note returns the lower half of a top, which is the number of a note.
func note(top int64) int64 { return top & (1<<32 - 1) }

// swapTop makes another note the top of the drawer, if the top is still as it was seen.
func swapTop(drawer *ledger.Word, seen, next int64) bool {
	return drawer.CompareAndSwap(seen, next) // NOTE: incorrect: the same top can be on another drawer
}

// swapTagged makes another note the top of the drawer, if the top is still as it was seen. Each swap
// counts a version up, in the upper half of the word; it comes back after 4,294,967,296 swaps.
func swapTagged(drawer *ledger.Word, seen, next int64) bool {
	version := seen>>32 + 1
	return drawer.CompareAndSwap(seen, version<<32|next)
}
