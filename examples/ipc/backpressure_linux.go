package main

import (
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
	go producer.Wait()         // or the kernel would keep it, and awaitFull not see that it has died
	for left := *n; ; left-- { // items that are not taken
		then := "the producer must wait"
		if left > *bound {
			awaitFull(q, producer)
		} else {
			lockstep.Check(producer.Wait()) // it has put them all
			then = "nothing left to put"
		}
		free, _ := inPipe(q.places)
		lockstep.Say("places taken: %d of %d; %s", *bound-free, *bound, then)
		if left == 0 {
			break
		}
		item, err := consumer.Step()
		lockstep.Check(err)
		lockstep.Say("[consumer] takes item %s", item)
	}
	lockstep.Check(consumer.End())
}

// awaitFull waits until the producer has taken all places. If it dies before, the program ends.
func awaitFull(q queue, producer *lockstep.Process) {
	awaitThat("a full queue", func() bool {
		free, _ := inPipe(q.places)
		if free > 0 && producer.Cmd.Process.Signal(syscall.Signal(0)) != nil {
			lockstep.Check(producer.Wait())
		}
		return free == 0
	})
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
