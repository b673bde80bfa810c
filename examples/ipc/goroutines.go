package main

import (
	"fmt"
	"io"
	"sync"
)

// runGoroutines does what the other variants do inside one process. A channel needs no framing,
// no copy and no cleaning up; close is its end-of-file.
func runGoroutines(args []string) error {
	fs := newFlags("goroutines")
	n := intFlag(fs, "n", 3, 1, 1000, "how many items")
	if err := parse(fs, args); err != nil {
		return err
	}
	items := make(chan string) // no room: each send waits for its receive
	var wg sync.WaitGroup
	wg.Go(func() {
		defer close(items)
		for i := range *n {
			item := fmt.Sprintf("item %d", i+1)
			say("[producer] sends %s", item)
			items <- item
		}
		say("[producer] closes its end")
	})
	wg.Go(func() {
		got := 0
		for item := range items {
			say("[consumer] gets %s", item)
			got++
		}
		say("[consumer] end-of-file after %d items", got)
	})
	wg.Wait()
	return nil
}

// A channel is a sender and a receiver as well, so that the contract covers it. The message must be
// copied: two goroutines could change the same bytes, two processes could not.
type channel chan []byte

func (c channel) send(msg []byte) error {
	if _, err := appendFrame(nil, msg); err != nil {
		return err
	}
	c <- append([]byte{}, msg...)
	return nil
}

func (c channel) receive() ([]byte, error) {
	msg, ok := <-c
	if !ok {
		return nil, io.EOF
	}
	return msg, nil
}

func (c channel) sendHalf([]byte) error { return nil }

func (c channel) Close() error {
	close(c)
	return nil
}
