package main

import (
	"errors"
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

	// join gives both commands, not yet started, their ends. The files it returns are the
	// children's: the parent closes them as soon as both are started, because a copy kept open
	// hides the death of the child that has the other.
	join func(producer, consumer *exec.Cmd, dir string) ([]*os.File, error)

	sender   func(dir string) (sender, error)   // opens the producer's end, in the producer
	receiver func(dir string) (receiver, error) // opens the consumer's end, in the consumer
}

var mechanisms = []mechanism{pipe, extraFile, fifo, unixSocket, seqpacket, socketpair}

// run joins a producer and a consumer, starts both and waits for both.
func (m mechanism) run(producer, consumer *exec.Cmd) error {
	dir := ""
	if m.named {
		var err error
		if dir, err = shortTempDir(); err != nil {
			return err
		}
		defer os.RemoveAll(dir) // the children have removed it, unless something went wrong
	}
	ends, err := m.join(producer, consumer, dir)
	if err != nil {
		return err
	}
	var c crew
	for _, child := range []struct {
		name string
		cmd  *exec.Cmd
	}{{"producer", producer}, {"consumer", consumer}} {
		child.cmd.Args = append(child.cmd.Args, "-over", m.name, "-dir", dir)
		if err == nil {
			err = c.start(child.name, child.cmd)
		}
	}
	for _, f := range ends {
		f.Close()
	}
	if err != nil {
		c.giveUp()
	}
	if waitErr := c.wait(); err == nil {
		err = waitErr
	}
	return err
}

// openSender opens the producer's end. Then the two have found each other, or never will: the name
// has done its work, and what has no name cannot be left behind.
func (m mechanism) openSender(dir string) (sender, error) {
	s, err := m.sender(dir)
	return s, errors.Join(err, os.RemoveAll(dir))
}

// openReceiver does the same for the consumer's end: either may be the only one left to do it.
func (m mechanism) openReceiver(dir string) (receiver, error) {
	r, err := m.receiver(dir)
	return r, errors.Join(err, os.RemoveAll(dir))
}

// shortTempDir makes a directory whose name leaves room for a socket's, which may have 104 bytes on
// macOS and 108 on Linux. Some systems' own choice of a place for it is longer.
func shortTempDir() (string, error) {
	dir, err := os.MkdirTemp("", "ipc")
	if err == nil && len(dir) > 90 {
		os.Remove(dir)
		dir, err = os.MkdirTemp("/tmp", "ipc")
	}
	return dir, err
}

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
