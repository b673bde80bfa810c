package main

import (
	"fmt"
	"io"
	"os"
	"syscall"
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
