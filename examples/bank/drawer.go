package main

import (
	"fmt"
	"strings"
)

// drawerRole returns the role of a teller who does to the drawer what each order says.
func drawerRole(variant string) func(args []string) error {
	return func(args []string) error {
		name := args[0]
		lines, _, err := openMapped[word](".", "words")
		if err != nil {
			return err
		}
		d := openDrawer(variant, lines)
		var hand []int64 // the notes this teller has taken
		var seen, under int64
		take := func() {
			hand = append(hand, d.note(seen))
		}
		orders := orders()
		say("ready")
		for order := range orders {
			switch order {
			case "look":
				seen, under = d.look()
				say("[%s] sees note %d on top, note %d under it", name, d.note(seen), under)
			case "swap":
				if !d.swap(seen, under) {
					say("[%s] swaps in vain: the top is another version of note %d", name, d.note(seen))
					break
				}
				take()
				say("[%s] swaps: note %d is on top, as before, and taken", name, d.note(seen))
			case "take":
				for seen, under = d.look(); !d.swap(seen, under); seen, under = d.look() {
				}
				take()
				say("[%s] takes note %d", name, d.note(seen))
			case "put back":
				note := hand[0]
				hand = hand[1:]
				for done := false; !done; {
					seen, _ = d.look()
					lines[note].value.Store(d.note(seen))
					done = d.swap(seen, note)
				}
				say("[%s] puts note %d back", name, note)
			case "show":
				say("[%s] holds %s", name, strings.Join(formatInts(hand), " "))
			default:
				return fmt.Errorf("unknown order %q", order)
			}
		}
		return nil
	}
}
