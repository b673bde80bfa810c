package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
)

// A crew is processes that have a memory in common and wait for requests. A request is an
// operation and the range it is for; the numbers themselves are where both look.
type crew struct {
	workers []*worker
	meter   *meter
}

type worker struct {
	number int // from 1
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    io.Reader
	wait   func() error // may be called again
}

func startCrew(p int, mem *memory, role string, m *meter) (*crew, error) {
	c := &crew{meter: m}
	for i := range p {
		cmd := self(role)
		cmd.Stdout = nil // StdoutPipe sets it
		cmd.ExtraFiles = []*os.File{mem.file}
		out, err := cmd.StdoutPipe()
		if err != nil {
			return nil, c.end(err)
		}
		in, err := cmd.StdinPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			return nil, c.end(fmt.Errorf("start process %d: %w", i+1, err))
		}
		m.processes.Add(1)
		c.workers = append(c.workers, &worker{i + 1, cmd, in, out, sync.OnceValue(cmd.Wait)})
	}
	return c, nil
}

// all lets every process do its part of n elements, at the same time.
func (c *crew) all(op operation, n int) error {
	return c.each(func(i int, w *worker) error {
		lo, hi := part(i, len(c.workers), n)
		return c.ask(w, request{op, lo, hi})
	})
}

// each runs f for all processes at the same time. The first error ends all processes, and is
// returned; those that follow from it are not.
func (c *crew) each(f func(i int, w *worker) error) error {
	var all sync.WaitGroup
	var once sync.Once
	var first error
	for i, w := range c.workers {
		all.Go(func() {
			if err := f(i, w); err != nil {
				once.Do(func() { first = err; c.killAll() })
			}
		})
	}
	all.Wait()
	return first
}

// ask sends a request and waits until it has been done.
func (c *crew) ask(w *worker, r request) error {
	if _, err := w.in.Write(r.encode()); err != nil {
		return w.fault(err)
	}
	answer := make([]byte, 8)
	if _, err := io.ReadFull(w.out, answer); err != nil {
		return w.fault(err)
	}
	c.meter.requests.Add(1)
	c.meter.bytes.Add(int64(requestSize + len(answer)))
	c.meter.additions.Add(int64(binary.LittleEndian.Uint64(answer)))
	return nil
}

// fault tells why a process can be neither written to nor read from: it has ended.
func (w *worker) fault(err error) error {
	if end := w.wait(); end != nil {
		err = end // how it ended says more than a broken pipe
	}
	return fmt.Errorf("process %d: %w", w.number, err)
}

// end ends all processes: by the end of their input, or at once if something has failed.
func (c *crew) end(failed error) error {
	if failed != nil {
		c.killAll()
	}
	errs := []error{failed}
	for _, w := range c.workers {
		w.in.Close()
	}
	for _, w := range c.workers {
		if err := w.wait(); err != nil && failed == nil {
			errs = append(errs, fmt.Errorf("process %d: %w", w.number, err))
		}
	}
	return errors.Join(errs...)
}

func (c *crew) killAll() {
	for _, w := range c.workers {
		w.cmd.Process.Kill() // it may have ended by itself
	}
}
