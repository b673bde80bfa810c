package main

import (
	"bytes"

	"example.com/lockstep/examples/hello/lockstep"
)

// runPipeline sends items through three stages, which work at the same time on different items.
func runPipeline(f *lockstep.Flags) {
	items := f.Number("items", 6, 1, 26, "how many items")
	slow := f.Number("slow", 3, 1, 9, "ticks that the middle stage takes; the others take one")
	f.Parse()
	one := &clock{name: "add", ticks: 1, work: func(v int) int { return v + 1 }}
	two := &clock{name: "square", ticks: *slow, work: func(v int) int { return v * v }}
	three := &clock{name: "negate", ticks: 1, work: func(v int) int { return -v }}
	source := make(chan item)
	go func() {
		defer close(source)
		for i := range *items {
			source <- item{letter: 'a' + byte(i), value: i}
		}
	}()
	sum := 0
	for it := range stage(stage(stage(source, one.do), two.do), three.do) {
		sum += it.value
	}
	for _, w := range []*clock{one, two, three} {
		lockstep.Say("%-7s %s", w.name, w.did)
	}
	lockstep.Say("sum %d after %d ticks; one item at a time, %d", sum, len(three.did), *items*(*slow+2))
}

// stage works on each item that comes in, and sends it on. After the last one it closes its channel.
func stage[T any](in <-chan T, work func(T) T) <-chan T {
	out := make(chan T)
	go func() {
		defer close(out)
		for it := range in {
			out <- work(it)
		}
	}()
	return out
}

// An item carries the tick at which it is ready for the next stage.
type item struct {
	letter       byte
	value, ready int
}

// A clock says when a stage works, in ticks. A stage begins with an item when it is free and the
// item is ready, whichever is later. So the figure is the same on every machine.
type clock struct {
	name  string
	ticks int // for an item
	work  func(int) int
	did   []byte // a letter for each tick, which is the item
}

func (c *clock) do(it item) item {
	for len(c.did) < it.ready {
		c.did = append(c.did, '.')
	}
	c.did = append(c.did, bytes.Repeat([]byte{it.letter}, c.ticks)...)
	return item{it.letter, c.work(it.value), len(c.did)}
}
