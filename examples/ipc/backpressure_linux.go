package main

import (
	"fmt"
	"io"
	"os"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// runBackpressure lets a producer run ahead of a consumer that takes one item for each byte it is
// sent, and shows after each how deep the queue is and that the producer waits.
func runBackpressure(args []string) (err error) {
	fs := newFlags("backpressure")
	n := intFlag(fs, "n", 6, 1, 1000, "how many items")
	bound := intFlag(fs, "bound", 3, 1, 64, "how many items the queue holds")
	if err := parse(fs, args); err != nil {
		return err
	}
	q, err := newQueue(*bound)
	if err != nil {
		return err
	}
	defer q.close()
	ack, acked, err := os.Pipe()
	if err != nil {
		return err
	}
	defer ack.Close()
	producer := self("queue-producer", "-id", "1", "-n", fmt.Sprint(*n))
	q.forProducer(producer)
	consumer := self("backpressure-consumer")
	q.forConsumer(consumer)
	consumer.ExtraFiles = append(consumer.ExtraFiles, acked) // descriptor 5
	baton, err := consumer.StdinPipe()
	if err != nil {
		return err
	}
	var early atomic.Bool // somebody has ended
	c := crew{ended: func(string, error) { early.Store(true) }}
	c.gates = append(c.gates, baton)
	if err = c.start("producer", producer); err == nil {
		err = c.start("consumer", consumer)
	}
	for _, f := range []*os.File{acked, q.addPlace, q.in, q.out} { // q.takePlace shows us the depth
		f.Close()
	}
	if err != nil {
		c.giveUp()
	}
	waited := make(chan error, 1)
	go func() { waited <- c.wait() }()
	for took := 0; took <= *n && err == nil; took++ {
		if took > 0 {
			if _, err = baton.Write([]byte{1}); err == nil {
				_, err = io.ReadFull(ack, make([]byte, 1))
			}
		}
		if err == nil {
			err = showDepth(q, producer.Process.Pid, *n-took, &early)
		}
	}
	baton.Close() // no more steps
	if waitErr := <-waited; waitErr != nil {
		return waitErr // the cause, if there is another error
	}
	return err
}

// showDepth waits until the queue is as full as it can be with left items still to be taken.
func showDepth(q *queue, producer, left int, early *atomic.Bool) error {
	want := min(left, q.bound)
	depth, reached := 0, false
	if err := eventually(func() bool {
		over := early.Load() // what is not reached now will not be
		depth, _ = q.depth()
		reached = depth == want && (left <= q.bound || blockedIn(producer, unix.SYS_READ, 3))
		return reached || over
	}); err != nil {
		return fmt.Errorf("depth is %d, want %d and the producer waiting: %w", depth, want, err)
	}
	if !reached {
		return fmt.Errorf("depth is %d, want %d, and a process has ended", depth, want)
	}
	if left > q.bound {
		say("depth %d of %d, and the producer waits", depth, q.bound)
	} else {
		say("depth %d of %d, nothing left to put", depth, q.bound)
	}
	return nil
}

func backpressureConsumer(args []string) error {
	ack, err := openFile(5, "ack")
	if err != nil {
		return err
	}
	q, err := consumerEnds()
	if err != nil {
		return err
	}
	for {
		if _, err := io.ReadFull(os.Stdin, make([]byte, 1)); err != nil {
			return nil // no more steps
		}
		item, err := q.take()
		if err != nil {
			return err
		}
		say("[consumer] takes item %d", item&0xffffffff)
		if err := q.free(); err != nil {
			return err
		}
		if _, err := ack.Write([]byte{1}); err != nil {
			return err
		}
	}
}
