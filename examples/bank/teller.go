package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// A teller is a child process. A line down its standard input is an order, and a line from its
// standard output says that it is done. So the parent decides who takes the next step.
type teller struct {
	name string
	cmd  *exec.Cmd
	in   *os.File      // its standard input; the end of it ends the teller
	file *os.File      // its standard output
	out  *bufio.Reader // reads file
}

// patience is how long a teller may take for one step. It only ever turns a hang into an error.
const patience = 30 * time.Second

func startTeller(name, dir, role string, args ...string) (*teller, error) {
	cmd := self(role, append([]string{name}, args...)...)
	cmd.Dir = dir
	stdin, in, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer stdin.Close() // the teller has its own copy, and must see the end when in is closed
	out, stdout, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, in.Close())
	}
	defer stdout.Close() // our copy would hide the teller's death
	cmd.Stdin, cmd.Stdout = stdin, stdout
	if err := cmd.Start(); err != nil {
		return nil, errors.Join(err, in.Close(), out.Close())
	}
	return &teller{name, cmd, in, out, bufio.NewReader(out)}, nil
}

// startTellers starts a teller for each name, and waits until all have opened what is in dir.
func startTellers(dir, role string, names ...string) ([]*teller, error) {
	var tellers []*teller
	for _, name := range names {
		t, err := startTeller(name, dir, role)
		if err == nil {
			tellers = append(tellers, t)
			err = t.ready()
		}
		if err != nil {
			return nil, errors.Join(err, endAll(tellers))
		}
	}
	return tellers, nil
}

// order sends the teller a line. A failure is the teller's death, which answer reports.
func (t *teller) order(text string) { fmt.Fprintln(t.in, text) }

// answer returns the next line the teller prints; if it printed none, what became of it.
func (t *teller) answer() (string, error) {
	line, err := t.out.ReadString('\n')
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return "", errors.Join(fmt.Errorf("%s: no answer within %v", t.name, patience), t.kill())
	}
	if err != nil {
		if err = t.end(); err == nil {
			err = fmt.Errorf("%s ended without an answer", t.name)
		}
		return "", err
	}
	return strings.TrimSuffix(line, "\n"), nil
}

// ready waits until the teller has opened what it works on.
func (t *teller) ready() error {
	t.limit()
	line, err := t.answer()
	if err == nil && line != "ready" {
		err = fmt.Errorf("%s says %q, not that it is ready", t.name, line)
	}
	t.file.SetReadDeadline(time.Time{})
	return err
}

// step orders one step and returns the line that says it is done.
func (t *teller) step() (string, error) { return t.do("") }

// do sends an order and returns the line that says it is done.
func (t *teller) do(order string) (string, error) {
	t.limit()
	t.order(order)
	return t.answer()
}

// limit starts the time that the teller's answers may take. Where pipes know no deadline there is
// none.
func (t *teller) limit() { t.file.SetReadDeadline(time.Now().Add(patience)) }

// kill kills the teller, and returns how it ended.
func (t *teller) kill() error { return errors.Join(t.cmd.Process.Kill(), t.end()) }

// end closes the teller's input, which ends it, and returns an error unless it ended well.
func (t *teller) end() error {
	if t.in == nil {
		return nil // ended before
	}
	t.in.Close()
	t.in = nil
	err := t.cmd.Wait()
	t.file.Close() // not before: a last line, written to nobody, would end it by SIGPIPE
	if err != nil {
		return fmt.Errorf("%s: %w", t.name, err)
	}
	return nil
}

// endAll ends the tellers, and names those that did not end well.
func endAll(tellers []*teller) error {
	var errs []error
	for _, t := range tellers {
		errs = append(errs, t.end())
	}
	return errors.Join(errs...)
}
