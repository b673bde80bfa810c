package main

import (
	"errors"
	"fmt"
	"syscall"

	"example.com/lockstep/examples/hello/lockstep"
)

// runBackpressure lets a producer run ahead of a consumer, which takes an item when we say so, and
// shows after each how full the queue is.
func runBackpressure(f *lockstep.Flags) {
	n := f.Number("n", 6, 1, 1000, "how many items")
	bound := f.Number("bound", 3, 1, 64, "how many items the queue holds")
	f.Parse()
	q, err := newQueue(*bound)
	lockstep.Check(err)
	producer, err := lockstep.Start("producer", "queuer", q.in, q.places, 1, *n)
	lockstep.Check(err)
	consumer, err := lockstep.Start("consumer", "stepper", q.out, q.give)
	lockstep.Check(err)
	q.in.Close()
	go producer.Wait()         // so that showDepth sees its end
	for left := *n; ; left-- { // items that are not taken
		lockstep.Check(showDepth(q, producer, *bound, left))
		if left == 0 {
			break
		}
		item, err := consumer.Step()
		lockstep.Check(err)
		lockstep.Say("[consumer] takes item %s", item)
	}
	lockstep.Check(errors.Join(producer.Wait(), consumer.End()))
}

// showDepth waits until the producer has put all that there is room for.
func showDepth(q queue, producer *lockstep.Process, bound, left int) error {
	want, depth := min(left, bound), 0
	err := eventually("what the producer puts", func() bool {
		over := producer.Cmd.Process.Signal(syscall.Signal(0)) != nil // what it has not put, it will not put
		free, err := bytesIn(q.places)
		lockstep.Check(err)
		depth = bound - free
		return depth == want || over
	})
	switch {
	case err != nil:
		return err
	case depth != want:
		return errors.Join(producer.Wait(), fmt.Errorf("items in the queue: %d, want %d", depth, want))
	case left > bound:
		lockstep.Say("places taken: %d of %d; the producer must wait", depth, bound)
	default:
		lockstep.Say("places taken: %d of %d; nothing left to put", depth, bound)
	}
	return nil
}

// stepper takes an item at each turn.
func stepper(args lockstep.Args) {
	for {
		lockstep.Turn()
		item, err := take(args.File(0), args.File(1))
		lockstep.Check(err)
		lockstep.Done("%s", item[len("1 "):])
	}
}
