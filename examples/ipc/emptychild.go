//go:build unix

package main

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

func emptyChild(args []string) error {
	fs := newFlags("empty-child")
	id := fs.String("id", "", "P, A or B")
	if err := parse(fs, args); err != nil {
		return err
	}
	ack, err := openFile(3, "ack")
	if err != nil {
		return err
	}
	end, err := openFile(4, "queue")
	if err != nil {
		return err
	}
	act := consume(*id, int(end.Fd()))
	if *id == "P" {
		act = produce(end)
	}
	for {
		if _, err := io.ReadFull(os.Stdin, make([]byte, 1)); err != nil {
			return nil // no more steps
		}
		if err := act(); err != nil {
			return err
		}
		if _, err := ack.Write([]byte{1}); err != nil {
			return err
		}
	}
}

func produce(w io.Writer) func() error {
	item := byte(0)
	return func() error {
		item++
		say("[producer] puts item %d", item)
		_, err := w.Write([]byte{item})
		return err
	}
}

// consume returns a function whose calls are the steps of
//
//	for !empty() {
//		take()
//	}
func consume(id string, queue int) func() error {
	const look, take, over = "look", "take", "over"
	next := look
	return func() error {
		switch next {
		case look:
			state := []unix.PollFd{{Fd: int32(queue), Events: unix.POLLIN}}
			if _, err := unix.Poll(state, 0); err != nil {
				return err
			}
			if next = take; state[0].Revents&unix.POLLIN == 0 {
				next = over // NOTE: incorrect: empty now is not empty for good
				say("[consumer %s] finds the queue empty, and leaves", id)
				return nil
			}
			say("[consumer %s] finds something in the queue", id)
		case take:
			next = look
			item := make([]byte, 1)
			if err := unix.SetNonblock(queue, true); err != nil {
				return err
			}
			// NOTE: incorrect: what was there a moment ago may be another's by now.
			switch _, err := unix.Read(queue, item); {
			case err == unix.EAGAIN:
				next = over
				say("[consumer %s] finds nothing to take: a plain read would wait for ever", id)
			case err != nil:
				return fmt.Errorf("consumer %s: %w", id, err)
			default:
				say("[consumer %s] takes item %d", id, item[0])
			}
		case over:
			say("[consumer %s] is no longer there", id)
		}
		return nil
	}
}
