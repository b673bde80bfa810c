package main

import (
	"crypto/rand"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
)

// run joins a producer and a consumer, starts both and waits for both.
func (m mechanism) run(producer, consumer *exec.Cmd) error {
	var c crew
	dir := ""
	if m.named {
		dir = newDirName()
		defer os.RemoveAll(dir) // the children have removed it, unless something went wrong
		c.ended = func(_ string, err error) {
			if _, statErr := os.Stat(dir); err != nil && statErr == nil {
				c.giveUp() // they have not met, and the other may wait for that
			}
		}
	}
	for _, cmd := range []*exec.Cmd{producer, consumer} {
		cmd.Args = append(cmd.Args, "-over", m.name, "-dir", dir)
	}
	err := m.start(&c, producer, consumer, dir)
	if err != nil {
		c.giveUp()
	}
	if waitErr := c.wait(); err == nil {
		err = waitErr
	}
	return err
}

// start starts both. A name is made only when the producer is there to remove it: whoever is killed
// from then on, one that knows of it is left. The producer waits for our word that it is made.
func (m mechanism) start(c *crew, producer, consumer *exec.Cmd, dir string) error {
	if m.named {
		if err := c.start("producer", producer); err != nil {
			return err
		}
		if err := os.Mkdir(dir, 0o700); err != nil {
			return err
		}
	}
	ends, err := m.join(producer, consumer, dir)
	for _, f := range ends {
		defer f.Close()
	}
	if err == nil && !m.named {
		err = c.start("producer", producer)
	}
	if err == nil {
		err = c.start("consumer", consumer)
	}
	if err == nil && m.named {
		c.gates[0].Write([]byte{1}) // wait reports a producer that is gone
	}
	return err
}

// openSender opens the producer's end, when the parent has made the name. Then the two have found
// each other, or never will: the name has done its work, and what has no name cannot be left behind.
func (m mechanism) openSender(dir string) (sender, error) {
	if m.named {
		awaitParent(dir)
	}
	watchParent(dir)
	s, err := m.sender(dir)
	return s, errors.Join(err, os.RemoveAll(dir))
}

// openReceiver does the same for the consumer's end: either may be the only one left to do it.
func (m mechanism) openReceiver(dir string) (receiver, error) {
	if !m.data { // else standard input is where the messages come from
		watchParent(dir)
	}
	r, err := m.receiver(dir)
	return r, errors.Join(err, os.RemoveAll(dir))
}

// newDirName returns a name for a directory that nobody else has. It leaves room for a socket's
// address, which may have 104 bytes on macOS and 108 on Linux; some systems' own choice of a place
// for temporary files is longer.
func newDirName() string {
	in := os.TempDir()
	if len(in) > 60 {
		in = "/tmp"
	}
	return filepath.Join(in, "ipc"+rand.Text())
}
