package main

import (
	"fmt"
	"io"
)

func queueProducer(args []string) error {
	fs := newFlags("queue-producer")
	id, n := fs.Uint64("id", 0, "which"), fs.Uint64("n", 0, "how many items")
	kill := fs.String("kill", "", "who is killed")
	if err := parse(fs, args); err != nil {
		return err
	}
	watchParent("")
	q, err := producerEnds()
	if err != nil {
		return err
	}
	for item := uint64(1); item <= *n; item++ {
		if err := q.put(*id<<32 | item); err != nil {
			return fmt.Errorf("producer %d: item %d: %w", *id, item, err)
		}
		if *kill == "producer" && *id == 1 {
			die()
		}
	}
	return nil
}

func queueConsumer(args []string) error {
	fs := newFlags("queue-consumer")
	id, kill := fs.Int("id", 0, "which"), fs.String("kill", "", "who is killed")
	if err := parse(fs, args); err != nil {
		return err
	}
	watchParent("")
	q, err := consumerEnds()
	if err != nil {
		return err
	}
	for {
		item, err := q.take()
		if *kill == "consumer" && *id == 1 {
			die()
		}
		if err == io.EOF || item == endOfItems {
			return nil
		}
		if err != nil {
			return fmt.Errorf("consumer %d: %w", *id, err)
		}
		say("%d %d", item>>32, item&0xffffffff)
		if err := q.free(); err != nil {
			return err
		}
	}
}
