package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// A queue joins any number of producers and consumers, and holds a limited number of items. It is
// two kernel objects and no lock, so a process that dies holds nothing up but its own place:
//
//   - a pipe with one byte for each free place: put takes a byte first, and waits if there is none;
//   - a pair of packet sockets: a read takes exactly one item, however many readers there are.
//
// It is tempting to share one stream and a lock around it. Python's Queue does, and its
// documentation warns that a process killed with a lock held may block all others.
type queue struct {
	bound               int
	takePlace, addPlace *os.File // the pipe: producers take a byte, consumers add one
	in, out             *os.File // the sockets: producers write, consumers read
}

const itemSize = 8

func newQueue(bound int) (*queue, error) {
	takePlace, addPlace, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	in, out, err := connectedPair(syscall.SOCK_SEQPACKET)
	if err != nil {
		takePlace.Close()
		addPlace.Close()
		return nil, err
	}
	q := &queue{bound, takePlace, addPlace, in, out}
	if _, err := addPlace.Write(make([]byte, bound)); err != nil {
		q.close()
		return nil, err
	}
	return q, nil
}

func (q *queue) close() {
	for _, f := range []*os.File{q.takePlace, q.addPlace, q.in, q.out} {
		f.Close()
	}
}

// forProducer and forConsumer give a child its ends: descriptors 3 and 4.
func (q *queue) forProducer(cmd *exec.Cmd) { cmd.ExtraFiles = []*os.File{q.takePlace, q.in} }
func (q *queue) forConsumer(cmd *exec.Cmd) { cmd.ExtraFiles = []*os.File{q.addPlace, q.out} }

func producerEnds() (*queue, error) {
	takePlace, err := openFile(3, "places")
	if err != nil {
		return nil, err
	}
	in, err := openFile(4, "items")
	return &queue{takePlace: takePlace, in: in}, err
}

func consumerEnds() (*queue, error) {
	addPlace, err := openFile(3, "places")
	if err != nil {
		return nil, err
	}
	out, err := openFile(4, "items")
	return &queue{addPlace: addPlace, out: out}, err
}

// put waits for a free place and puts an item there.
func (q *queue) put(item uint64) error {
	if _, err := io.ReadFull(q.takePlace, make([]byte, 1)); err == io.EOF {
		return goneError{err} // every consumer has closed its end, or died
	} else if err != nil {
		return err
	}
	_, err := q.in.Write(binary.BigEndian.AppendUint64(nil, item))
	return gone(err)
}

// take waits for an item. It returns io.EOF when no producer is left and the queue is empty.
func (q *queue) take() (uint64, error) {
	var b [itemSize]byte
	n, err := q.out.Read(b[:])
	if err != nil {
		return 0, err
	}
	if n != itemSize {
		return 0, fmt.Errorf("%w item: %d of %d bytes", errTruncated, n, itemSize)
	}
	return binary.BigEndian.Uint64(b[:]), nil
}

// free gives back the place of an item that was taken.
func (q *queue) free() error {
	_, err := q.addPlace.Write(make([]byte, 1))
	if errors.Is(err, syscall.EPIPE) {
		return nil // no producer is left to use it
	}
	return err
}

// depth is how many places are taken.
func (q *queue) depth() (int, error) {
	free, err := unix.IoctlGetInt(int(q.takePlace.Fd()), unix.TIOCINQ)
	return q.bound - free, err
}
