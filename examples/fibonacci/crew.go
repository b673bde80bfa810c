package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
)

// A crew is processes that live until the work is done. Each gets a request, a line, on its
// standard input, and answers with a line on its standard output.
type crew []*member

type member struct {
	number     int // from 1
	in         io.WriteCloser
	out        *bufio.Reader
	kill, wait func() error // wait may be called again
	doomed     bool         // killed when it has got its first request
}

func startCrew(p int, role string, env ...string) (crew, error) {
	var c crew
	for i := range p {
		cmd := self(role)
		cmd.Stdout = nil // StdoutPipe sets it
		cmd.Env = append(os.Environ(), env...)
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
		kill := func() error { return cmd.Process.Kill() }
		c = append(c, &member{i + 1, in, bufio.NewReader(out), kill, sync.OnceValue(cmd.Wait), false})
	}
	return c, nil
}

// end ends all processes: by the end of their input, or at once if something has failed.
func (c crew) end(failed error) error {
	errs := []error{failed}
	for _, m := range c {
		if failed != nil {
			m.kill() // it may have ended by itself
		}
		m.in.Close()
	}
	for _, m := range c {
		if err := m.wait(); err != nil && failed == nil {
			errs = append(errs, fmt.Errorf("process %d: %w", m.number, err))
		}
	}
	return errors.Join(errs...)
}

// fib has the process compute fib(n).
func (m *member) fib(n int) (r result, err error) {
	line, err := m.ask(strconv.Itoa(n))
	if err == nil {
		_, err = fmt.Sscanf(line, "%d %d\n", &r.value, &r.calls)
	}
	if err != nil {
		err = fmt.Errorf("process %d: fib(%d): %w", m.number, n, err)
	}
	return r, err
}

// ask sends a request and returns the answer. If there is none, the error is how the process ended.
func (m *member) ask(request string) (string, error) {
	_, err := io.WriteString(m.in, request+"\n")
	if m.doomed {
		m.kill()
		return "", m.wait()
	}
	line := ""
	if err == nil {
		line, err = m.out.ReadString('\n')
	}
	if err != nil {
		if end := m.wait(); end != nil {
			err = end
		}
	}
	return line, err
}

// serve is a process of a crew. Its input's end ends it even at work: either the parent has all it
// wants, or it is gone.
func serve(handle func(request string) (answer string, err error)) error {
	requests := make(chan string)
	go func() {
		in := bufio.NewScanner(os.Stdin)
		for in.Scan() {
			requests <- in.Text()
		}
		os.Exit(0)
	}()
	for request := range requests {
		answer, err := handle(request)
		if err != nil {
			return err
		}
		say("%s", answer)
	}
	return nil
}

func worker([]string) error {
	return serve(func(request string) (string, error) {
		n, err := strconv.Atoi(strings.TrimSpace(request))
		if err != nil {
			return "", err
		}
		value, calls := fib(n)
		return fmt.Sprintf("%d %d", value, calls), nil
	})
}
