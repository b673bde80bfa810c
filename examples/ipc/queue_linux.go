package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

// endOfItems is the item that is none: a consumer that takes it stops.
const endOfItems = ^uint64(0)

// runQueue has several producers put numbered items into one queue and several consumers take
// them, and checks that each item came out once, and each producer's in order.
func runQueue(args []string) error {
	fs := newFlags("queue")
	producers := intFlag(fs, "producers", 3, 1, 16, "how many producers")
	consumers := intFlag(fs, "consumers", 2, 1, 16, "how many consumers")
	n := intFlag(fs, "n", 8, 1, 10000, "how many items from each producer")
	bound := intFlag(fs, "bound", 4, 1, 64, "how many items the queue holds")
	end := fs.String("close", "eof", "how consumers learn that it is over: eof or sentinel")
	kill := fs.String("kill", "",
		"kill the first `producer` after one item, or the first consumer with its first in hand")
	if err := parse(fs, args); err != nil {
		return err
	}
	if *end != "eof" && *end != "sentinel" {
		return usagef("-close %q: want eof or sentinel", *end)
	}
	if *kill != "" && *kill != "producer" && *kill != "consumer" {
		return usagef("-kill %q: want producer or consumer", *kill)
	}
	q, err := newQueue(*bound)
	if err != nil {
		return err
	}
	defer q.close()
	var c crew
	for p := 1; p <= *producers && err == nil; p++ {
		cmd := self("queue-producer", "-id", fmt.Sprint(p), "-n", fmt.Sprint(*n), "-kill", *kill)
		q.forProducer(cmd)
		err = c.start(fmt.Sprintf("producer %d", p), cmd)
	}
	taken := make([]bytes.Buffer, *consumers)
	for i := 0; i < *consumers && err == nil; i++ {
		cmd := self("queue-consumer", "-id", fmt.Sprint(i+1), "-kill", *kill)
		q.forConsumer(cmd)
		cmd.Stdout = &taken[i]
		err = c.start(fmt.Sprintf("consumer %d", i+1), cmd)
	}
	q.takePlace.Close()
	q.addPlace.Close() // ours would hide from the producers that all consumers are gone
	q.out.Close()
	if *end == "eof" {
		q.in.Close() // ours would hide from the consumers that all producers are
	}
	if err != nil {
		c.giveUp()
	}
	working, dead := *producers, 0
	c.ended = func(name string, err error) {
		if err != nil {
			dead++
		}
		if dead == *bound { // each may have died with a place in its hands: there may be none left
			c.giveUp()
		}
		if !strings.HasPrefix(name, "producer") {
			return
		}
		if working--; working == 0 && *end == "sentinel" {
			for range *consumers { // one each: who takes one takes no more
				binary.Write(q.in, binary.BigEndian, endOfItems) // fails if all consumers are gone
			}
		}
	}
	if err := errors.Join(err, c.wait()); err != nil {
		return err
	}
	if err := eachOnce(taken, *producers, *n); err != nil {
		return err
	}
	say("%d producers put %d items each, %d consumers took them", *producers, *n, *consumers)
	say("%d items: each came out once, and each producer's in order", *producers**n)
	say("every consumer ended by %s", *end)
	return nil
}

// eachOnce checks what the consumers took.
func eachOnce(taken []bytes.Buffer, producers, n int) error {
	seen := map[[2]int]bool{}
	for i := range taken {
		last := map[int]int{}
		for line := range strings.Lines(taken[i].String()) {
			var p, item int
			if _, err := fmt.Sscanf(line, "%d %d\n", &p, &item); err != nil {
				return fmt.Errorf("consumer %d printed %q: %w", i+1, line, err)
			}
			if seen[[2]int{p, item}] || item <= last[p] {
				return fmt.Errorf("consumer %d took item %d of producer %d twice or out of order", i+1, item, p)
			}
			seen[[2]int{p, item}] = true
			last[p] = item
		}
	}
	if len(seen) != producers*n {
		return fmt.Errorf("%d of %d items came out", len(seen), producers*n)
	}
	return nil
}
