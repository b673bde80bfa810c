package main

import (
	"bytes"
	"flag"
	"sync"
)

// runPipeline sends items through three stages, which work at the same time on different items.
func runPipeline(args []string) error {
	fs := newFlags("pipeline")
	items, slow := pipelineFlags(fs)
	if err := parse(fs, args); err != nil {
		return err
	}
	pipeline(*items, *slow, 1)
	return nil
}

func pipelineFlags(fs *flag.FlagSet) (items, slow *int) {
	items = intFlag(fs, "items", 6, 1, 26, "how many items")
	slow = intFlag(fs, "slow", 3, 1, 9, "ticks that the middle stage takes; the others take one")
	return items, slow
}

// An item carries the tick at which it is ready for the next stage.
type item struct{ number, value, ready int }

// A worker of a stage has a clock of its own, in ticks. It begins when it is free and the item is
// ready, whichever is later. So the figure says what depends on what, on any machine.
type stage struct {
	name  string
	ticks int // for an item
	work  func(int) int
	did   []byte // a letter for each tick, which is the item
}

func (s *stage) run(in <-chan item, out chan<- item) {
	defer close(out)
	for it := range in {
		for len(s.did) < it.ready {
			s.did = append(s.did, '.')
		}
		s.did = append(s.did, bytes.Repeat([]byte{'a' + byte(it.number)}, s.ticks)...)
		it.value, it.ready = s.work(it.value), len(s.did)
		out <- it
	}
}

// pipeline gives the middle stage several workers, which take turns so that the order stays.
func pipeline(items, slow, workers int) {
	first := &stage{name: "add", ticks: 1, work: func(v int) int { return v + 1 }}
	square := func(v int) int { return v * v }
	last := &stage{name: "negate", ticks: 1, work: func(v int) int { return -v }}
	middle := make([]*stage, workers)
	into, from := make([]chan item, workers), make([]chan item, workers)

	source, added, squared, sink := make(chan item), make(chan item), make(chan item), make(chan item)
	var all sync.WaitGroup
	all.Go(func() { first.run(source, added) })
	for i := range middle {
		middle[i] = &stage{name: "square", ticks: slow, work: square}
		into[i], from[i] = make(chan item, 1), make(chan item, 1)
		all.Go(func() { middle[i].run(into[i], from[i]) })
	}
	all.Go(func() { deal(added, into) })
	all.Go(func() { collect(from, squared) })
	all.Go(func() { last.run(squared, sink) })
	all.Go(func() {
		defer close(source)
		for i := range items {
			source <- item{number: i, value: i}
		}
	})
	sum := 0
	for it := range sink {
		sum += it.value
	}
	all.Wait()

	for _, s := range append(append([]*stage{first}, middle...), last) {
		say("%-7s %s", s.name, s.did)
	}
	say("sum %d after %d ticks; one item at a time, %d", sum, len(last.did), items*(slow+2))
}

func deal(in <-chan item, out []chan item) {
	i := 0
	for it := range in {
		out[i%len(out)] <- it
		i++
	}
	for _, c := range out {
		close(c)
	}
}

func collect(in []chan item, out chan<- item) {
	defer close(out)
	for i := 0; ; i++ {
		it, ok := <-in[i%len(in)]
		if !ok {
			return // items are dealt in turn, so nobody else has one either
		}
		out <- it
	}
}
