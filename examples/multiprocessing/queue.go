package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"sync"

	"golang.org/x/sync/errgroup"
)

// runQueue puts a channel between processes: a goroutine for each producer puts in what it
// reads from it, a goroutine for each consumer hands on one item at a time, when the last is done.
// The queue ends when all producers have: the closed channel is the sentinel, once for every
// consumer, and becomes the end of its standard input.
func runQueue(args []string) error {
	fs := newFlags("queue")
	producers := intFlag(fs, "producers", 3, 1, 32, "how many producers")
	consumers := intFlag(fs, "consumers", 2, 1, 32, "how many consumers")
	n := intFlag(fs, "n", 4, 0, 100_000, "how many items each producer puts in")
	if err := parse(fs, args); err != nil {
		return err
	}
	items := make(chan string, 2) // the bound: producers wait when two items lie there
	var putting, g errgroup.Group
	for i := range *producers {
		putting.Go(func() error { return put(items, i+1, *n) })
	}
	var mu sync.Mutex // guards got and sum
	got, sum := 0, 0
	for i := range *consumers {
		g.Go(func() error {
			return take(items, i+1, func(item int) {
				mu.Lock()
				defer mu.Unlock()
				got, sum = got+1, sum+item
			})
		})
	}
	err := putting.Wait()
	close(items) // no producer is left that could send
	if err := errors.Join(err, g.Wait()); err != nil {
		return err
	}
	say("%d items put in, %d taken out, their sum is %d", *producers**n, got, sum)
	return nil
}

// put runs a producer, which prints its items, and puts them into the queue.
func put(items chan<- string, number, n int) error {
	cmd := self("queue-producer", fmt.Sprint(number), fmt.Sprint(n))
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
			for range items { // the producers must not wait for a queue nobody empties
			}
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
