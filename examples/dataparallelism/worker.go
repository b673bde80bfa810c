package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// A worker is one process of a crew.
type worker struct {
	number, pid int // numbers count from 1
	in          io.WriteCloser
	out         *bufio.Reader
	kill, wait  func() error // wait may be called again
}

// ask sends a request and returns the answer to it.
func (w *worker) ask(format string, args ...any) (string, error) {
	if err := w.send(format, args...); err != nil {
		return "", err
	}
	return w.answer()
}

// order has a process do something, which it acknowledges with the given word.
func (w *worker) order(word, format string, args ...any) error {
	answer, err := w.ask(format, args...)
	if err == nil && answer != word {
		err = fmt.Errorf("process %d: answers %.40q, want %q", w.number, answer, word)
	}
	return err
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
