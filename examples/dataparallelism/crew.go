package main

import (
	"bufio"
	"errors"
	"fmt"
	"sync"
)

// A crew is processes that live until the work is done. Each gets requests, a
// line each, on its standard input, and answers on its standard output.
type crew []*worker

func startCrew(p int, role string, args ...string) (crew, error) {
	var c crew
	for i := range p {
		cmd := self(role, args...)
		cmd.Stdout = nil // StdoutPipe sets it
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
		c = append(c, &worker{i + 1, cmd.Process.Pid, in, bufio.NewReaderSize(out, maxAnswer),
			cmd.Process.Kill, sync.OnceValue(cmd.Wait)})
	}
	return c, nil
}

// each lets all processes do f at the same time. The first error ends all that is
// at work, and is returned; those that follow from it are not.
func (c crew) each(f func(i int, w *worker) error) error {
	var all sync.WaitGroup
	var once sync.Once
	var first error
	for i, w := range c {
		all.Go(func() {
			if err := f(i, w); err != nil {
				once.Do(func() { first = err; c.killAll() })
			}
		})
	}
	all.Wait()
	return first
}

// end ends all processes: by the end of their input, or at once if something has
// failed.
func (c crew) end(failed error) error {
	if failed != nil {
		c.killAll()
	}
	errs := []error{failed}
	for _, w := range c {
		w.in.Close()
	}
	for _, w := range c {
		if err := w.wait(); err != nil && failed == nil {
			errs = append(errs, fmt.Errorf("process %d: %w", w.number, err))
		}
	}
	return errors.Join(errs...)
}

func (c crew) killAll() {
	for _, w := range c {
		w.kill() // it may have ended by itself
	}
}
