package main

import (
	"bufio"
	"io"
	"os"
	"sync/atomic"
)

// addWarm adds once before, so that the processes run and the memory is mapped: what the meter
// counts is the second time.
func addWarm(n, p int, m *meter) (string, error) {
	v, mem, err := sharedVectors(n)
	if err != nil {
		return "", err
	}
	defer mem.close()
	c, err := startCrew(p, mem, "add-child", new(meter))
	if err != nil {
		return "", err
	}
	err = c.all(opAdd, n)
	if err == nil {
		clear(v.sum)
		c.meter = m
		err = c.all(opAdd, n)
	}
	if err := c.end(err); err != nil {
		return "", err
	}
	return v.checksum(), nil
}

// runWarm keeps the processes for several additions. With -halt they stop in the middle.
func runWarm(args []string) error {
	fs := newFlags("warm")
	n, p := addFlags(fs)
	rounds := intFlag(fs, "rounds", 3, 1, 1000, "how many times to add")
	halt := fs.Bool("halt", false, "stop every process half-way, until Enter")
	if err := parse(fs, args); err != nil {
		return err
	}
	v, mem, err := sharedVectors(*n)
	if err != nil {
		return err
	}
	defer mem.close()
	var m meter
	// region warm
	c, err := startCrew(*p, mem, "add-child", &m)
	if err != nil {
		return err
	}
	for range *rounds {
		if err == nil {
			err = m.timed(func() error { return c.all(opAdd, *n) })
		}
	}
	// endregion warm
	if err == nil && *halt {
		clear(v.sum)
		err = c.halt(*n)
	}
	if err := c.end(err); err != nil {
		return err
	}
	say("%d sums, checksum %s", *n, v.checksum())
	return nil
}

// halt adds once more, with a stop in the middle.
func (c *crew) halt(n int) error {
	enter := make(chan bool)
	var working atomic.Int64
	working.Store(int64(len(c.workers)))
	return c.each(func(i int, w *worker) error {
		lo, hi := part(i, len(c.workers), n)
		if err := c.ask(w, request{opAddHalf, lo, hi}); err != nil {
			return err
		}
		say("[process %d] pid %d has added %d of %d", w.number, w.cmd.Process.Pid, (hi-lo)/2, hi-lo)
		if working.Add(-1) == 0 {
			say("all are half-way: Enter lets them go on")
			go func() {
				bufio.NewReader(os.Stdin).ReadString('\n') // the end of the input does, too
				close(enter)
			}()
		}
		ended := make(chan error, 1)
		go func() { ended <- w.wait() }()
		select {
		case <-enter:
			return c.ask(w, request{op: opGoOn})
		case <-ended:
			return w.fault(io.ErrUnexpectedEOF)
		}
	})
}
