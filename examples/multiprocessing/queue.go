package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// runQueue puts a channel between processes: a goroutine for each producer puts in what it
// reads from it, a goroutine for each consumer hands on one item at a time, when the last is done.
// The queue ends when all producers have, in whatever way: the closed channel is the sentinel, once
// for every consumer, and becomes the end of its standard input.
func runQueue(args []string) error {
	fs := newFlags("queue")
	producers := intFlag(fs, "producers", 3, 1, 32, "how many producers")
	consumers := intFlag(fs, "consumers", 2, 1, 32, "how many consumers")
	n := intFlag(fs, "n", 4, 0, 100_000, "how many items each producer puts in")
	kill := intFlag(fs, "kill", 0, 0, 32, "kill this producer when it has put in half of them; 0 is none")
	if err := parse(fs, args); err != nil {
		return err
	}
	if *kill > *producers {
		return usagef("-kill %d: there are only %d producers", *kill, *producers)
	}
	items := make(chan string, 2) // the bound: producers wait when two items lie there
	var in, got, sum atomic.Int64 // items put in, items taken out, the sum of those
	var putting, taking errgroup.Group
	for i := range *producers {
		putting.Go(func() error { return put(items, &in, i+1, *n, i+1 == *kill) })
	}
	ended := make(chan error, 1)
	go func() {
		err := putting.Wait()
		close(items) // no producer is left that could send
		ended <- err
	}()
	for i := range *consumers {
		taking.Go(func() error {
			return take(items, i+1, func(item int) { got.Add(1); sum.Add(int64(item)) })
		})
	}
	err := taking.Wait()
	for range items { // there are some if no consumer is left: the producers must not wait for ever
	}
	err = errors.Join(<-ended, err)
	say("%d items put in, %d taken out, their sum is %d", in.Load(), got.Load(), sum.Load())
	return err
}

// put runs a producer, which prints its items, and puts them into the queue.
func put(items chan<- string, in *atomic.Int64, number, n int, doomed bool) error {
	cmd := self("queue-producer", fmt.Sprint(number), fmt.Sprint(n), fmt.Sprint(doomed))
	cmd.Stdout = nil
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return err
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		items <- lines.Text()
		in.Add(1)
	}
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("producer %d: %w", number, err)
	}
	return nil
}

// take runs a consumer, and gives it an item whenever it has answered for the last.
func take(items <-chan string, number int, done func(int)) error {
	cmd := self("queue-consumer", fmt.Sprint(number))
	cmd.Stdout = nil
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return err
	}
	acks := bufio.NewScanner(out)
	count := 0
	for item := range items {
		fmt.Fprintln(in, item) // a failure here is the consumer's end, which Wait reports
		if !acks.Scan() {
			break
		}
		n, err := strconv.Atoi(acks.Text())
		if err != nil {
			return err
		}
		done(n)
		count++
	}
	in.Close()
	io.Copy(io.Discard, out)
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("consumer %d: %w", number, err)
	}
	say("consumer %d took %d items", number, count)
	return nil
}

func queueProducer(args []string) error {
	number, _ := strconv.Atoi(args[0])
	n, _ := strconv.Atoi(args[1])
	for i := range n {
		if args[2] == "true" && i == n/2 {
			dieByKill()
		}
		say("%d", number*100+i)
	}
	return nil
}

func queueConsumer(args []string) error {
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		say("%s", lines.Text()) // the item is done
	}
	return nil
}
