package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
)

// A crew is processes that live until the work is done. Each gets requests, a
// line each, on its standard input, and answers on its standard output.
type crew []*worker

type worker struct {
	number, pid int // numbers count from 1
	in          io.WriteCloser
	out         *bufio.Reader
	kill, wait  func() error // wait may be called again
}

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

// ask sends a request and returns the answer to it.
func (w *worker) ask(format string, args ...any) (string, error) {
	if err := w.send(format, args...); err != nil {
		return "", err
	}
	return w.answer()
}

func (w *worker) send(format string, args ...any) error {
	_, err := fmt.Fprintf(w.in, format+"\n", args...)
	return w.fault(err)
}

func (w *worker) answer() (string, error) {
	line, err := w.out.ReadString('\n')
	if err != nil {
		return "", w.fault(err)
	}
	line = strings.TrimSuffix(line, "\n")
	kind, quoted, _ := strings.Cut(line, " ")
	text, _ := strconv.Unquote(quoted)
	switch kind {
	case "fail":
		return "", fmt.Errorf("process %d: %s", w.number, text)
	case "unfit":
		return "", usageError{errors.New(text)}
	}
	return line, nil
}

// fault explains why a process can be neither written to nor read from: it has
// ended.
func (w *worker) fault(err error) error {
	if err == nil {
		return nil
	}
	if end := w.wait(); end != nil {
		err = end // how it ended says more than a broken pipe
	}
	return fmt.Errorf("process %d: %w", w.number, err)
}
