package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"syscall"

	"example.com/lockstep/examples/hello/lockstep"
	"golang.org/x/sync/errgroup"
)

// A queue joins any number of producers and consumers. It is two things made by the kernel: a pipe
// with one byte for each free place, and two sockets that keep items apart, so that a read takes
// exactly one, however many processes are reading.
//
// It is tempting to share one stream and a lock around it. Python's Queue does, and its documentation
// warns that a process killed while it holds the lock may block all others.
type queue struct {
	places, give *os.File // the ends of the pipe: put takes a byte, take gives it back
	in, out      *os.File // the sockets
}

// newQueue returns a queue for so many items, at most 4096.
func newQueue(bound int) (q queue, err error) {
	if q.places, q.give, err = os.Pipe(); err != nil {
		return queue{}, err
	}
	if q.in, q.out, err = socketPair(syscall.SOCK_SEQPACKET); err == nil {
		_, err = q.give.Write(make([]byte, bound))
	}
	return q, err
}

// put waits for a free place, and puts an item there, of 1 to 4096 bytes.
func put(in, places *os.File, item string) error {
	if len(item) < 1 || len(item) > 4096 {
		return fmt.Errorf("an item of %d bytes: want 1 to 4096", len(item))
	}
	if _, err := io.ReadFull(places, make([]byte, 1)); err != nil {
		return fmt.Errorf("no consumer is left: %w", err)
	}
	_, err := in.Write([]byte(item))
	return err
}

// take waits for an item, and gives its place back. It returns io.EOF when the queue is empty
// and no producer is left.
func take(out, give *os.File) (item string, err error) {
	buf := make([]byte, 4096)
	n, err := out.Read(buf)
	if n > 0 {
		give.Write(buf[:1]) // an error only means that no producer is left to use the place
	}
	return string(buf[:n]), err
}

// sentinel is the item that tells a consumer to stop.
const sentinel = "stop"

// runQueue has several producers put numbered items into one queue and several consumers take them,
// and checks that each item came out once, and each producer's in order.
func runQueue(f *lockstep.Flags) {
	producers := f.Number("producers", 3, 1, 16, "how many producers")
	consumers := f.Number("consumers", 2, 1, 16, "how many consumers")
	n := f.Number("n", 8, 1, 10000, "how many items from each producer")
	bound := f.Number("bound", 4, 1, 64, "how many items the queue holds")
	end := f.Choice("end", "eof", "how consumers learn that no more will come", "eof", "sentinel")
	victim := f.Choice("kill", "", "kill the first of these", "producer", "consumer")
	f.Parse()
	q, err := newQueue(*bound)
	lockstep.Check(err)
	// The first process that fails ends all: it may have had a place that nobody can give back.
	all, ctx := errgroup.WithContext(context.Background())
	puts, takes := make([]*lockstep.Process, *producers), make([]*lockstep.Process, *consumers)
	taken := make([]bytes.Buffer, *consumers)
	for i := range puts {
		puts[i], err = lockstep.StartContext(ctx, fmt.Sprintf("producer %d", i+1), "queuer", q.in, q.places, i+1, *n)
		lockstep.Check(err)
	}
	for i := range takes {
		takes[i] = lockstep.CommandContext(ctx, fmt.Sprintf("consumer %d", i+1), "taker", q.out, q.give)
		takes[i].Cmd.Stdout = &taken[i]
		lockstep.Check(takes[i].Start())
	}
	q.give.Close() // while ours is open, the producers can't notice that no consumer is left
	q.out.Close()
	if *end == "eof" {
		q.in.Close() // while ours is open, the consumers can't notice that no producer is left
	}
	switch *victim {
	case "producer":
		puts[0].Kill() // Wait returns the same
	case "consumer":
		takes[0].Kill()
	}
	for _, p := range takes {
		all.Go(p.Wait)
	}
	for _, p := range puts {
		all.Go(p.Wait)
	}
	if *end == "sentinel" {
		all.Go(func() error { return sayStop(q, puts, *consumers) })
	}
	lockstep.Check(all.Wait())
	lockstep.Check(eachOnce(taken, *producers, *n))
	lockstep.Say("producers: %d, items of each: %d, consumers: %d", *producers, *n, *consumers)
	lockstep.Say("each item came out once, and each producer's in order")
}

// sayStop puts a sentinel for each consumer into the queue, when no producer puts any more. A consumer
// that takes one takes no more.
func sayStop(q queue, producers []*lockstep.Process, consumers int) error {
	if err := lockstep.WaitAll(producers...); err != nil {
		return err
	}
	for range consumers {
		if err := put(q.in, q.places, sentinel); err != nil {
			return fmt.Errorf("cannot put a sentinel: %v", err)
		}
	}
	return nil
}

// queuer puts items into the queue.
func queuer(args lockstep.Args) {
	for i := range args.Int(3) {
		lockstep.Check(put(args.File(0), args.File(1), fmt.Sprintf("%d %d", args.Int(2), i+1)))
	}
}

// taker takes items until there are no more.
func taker(args lockstep.Args) {
	for {
		item, err := take(args.File(0), args.File(1))
		if err == io.EOF || item == sentinel {
			return
		}
		lockstep.Check(err)
		fmt.Println(item)
	}
}

// eachOnce checks what the consumers took.
func eachOnce(taken []bytes.Buffer, producers, n int) error {
	type item struct{ producer, number int }
	seen := map[item]bool{}
	for i := range taken {
		last := map[int]int{}
		for taken[i].Len() > 0 {
			var it item
			if _, err := fmt.Fscanln(&taken[i], &it.producer, &it.number); err != nil {
				return fmt.Errorf("consumer %d: %w", i+1, err)
			}
			if seen[it] || it.number <= last[it.producer] {
				return fmt.Errorf("consumer %d took item %d of producer %d twice or out of order", i+1, it.number, it.producer)
			}
			seen[it], last[it.producer] = true, it.number
		}
	}
	if len(seen) != producers*n {
		return fmt.Errorf("%d of %d items came out", len(seen), producers*n)
	}
	return nil
}
