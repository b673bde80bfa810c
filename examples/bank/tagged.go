package main

// A tagged drawer's top word has the note in its lower half and a version in its upper half. Each
// swap counts the version up, so that no top ever comes back.
type tagged []word

const noteBits = 32

func (d tagged) note(top int64) int64 { return top & (1<<noteBits - 1) }

func (d tagged) look() (top, under int64) {
	top = d[0].value.Load()
	return top, d[d.note(top)].value.Load()
}

func (d tagged) swap(seen, note int64) bool {
	version := seen>>noteBits + 1
	return d[0].value.CompareAndSwap(seen, version<<noteBits|note)
}

// runTagged plays what runABA plays, with a version on the top.
func runTagged(args []string) error { return playDrawer("tagged", args) }
