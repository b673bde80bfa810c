package main

import (
	"fmt"
	"os"
	"os/exec"
)

// A sender and a receiver are the two ends of a mechanism. Messages come out whole, in order and
// as they went in. After the sender's Close, or its death, the receiver gets io.EOF.
type sender interface {
	send(msg []byte) error
	sendHalf(msg []byte) error // what a killed producer leaves behind
	Close() error
}

type receiver interface {
	receive() ([]byte, error)
	Close() error
}

// A mechanism lets one process send messages to another.
type mechanism struct {
	name  string
	named bool // needs a directory for a name in the file system
	data  bool // the producer's standard output is taken by the messages

	// join gives both commands their ends; neither is started yet, or the producer alone if named.
	// The files it returns are the children's: the parent closes them as soon as both are started,
	// because a copy kept open hides the death of the child that has the other.
	join func(producer, consumer *exec.Cmd, dir string) ([]*os.File, error)

	sender   func(dir string) (sender, error)   // opens the producer's end, in the producer
	receiver func(dir string) (receiver, error) // opens the consumer's end, in the consumer
}

var mechanisms = []mechanism{pipe, extraFile, fifo, unixSocket, seqpacket, socketpair}

// mechanismNamed is for the children, which are told the name.
func mechanismNamed(name string) (mechanism, error) {
	for _, m := range append(mechanisms, politeFile) {
		if m.name == name {
			return m, nil
		}
	}
	return mechanism{}, usagef("-over %q: no such mechanism", name)
}

// openFile wraps a descriptor that this process was started with.
func openFile(fd uintptr, name string) (*os.File, error) {
	f := os.NewFile(fd, name)
	if _, err := f.Stat(); err != nil {
		return nil, fmt.Errorf("descriptor %d (%s) was not passed on: %w", fd, name, err)
	}
	return f, nil
}
