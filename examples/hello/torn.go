package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
)

// runTorn lets two processes print a result each, the text and the newline in separate writes.
// A byte down a child's standard input allows it one write; the child acknowledges on descriptor 3.
func runTorn(args []string) error {
	fs := newFlags("torn")
	schedule := fs.String("schedule", "SCSC", "who writes next: S (square) or C (cube), twice each")
	if err := parse(fs, args); err != nil {
		return err
	}
	if err := checkSchedule(*schedule); err != nil {
		return err
	}
	square, err := startStepper("torn-child", "Square", "100")
	if err != nil {
		return err
	}
	cube, err := startStepper("torn-child", "Cube", "1000")
	if err != nil {
		return errors.Join(err, square.end())
	}
	return errors.Join(takeTurns(*schedule, square, cube), square.end(), cube.end())
}

func takeTurns(schedule string, square, cube *stepper) error {
	for _, who := range schedule {
		next := square
		if who == 'C' {
			next = cube
		}
		if err := next.step(); err != nil {
			return err
		}
	}
	return nil
}

func checkSchedule(s string) error {
	count := map[rune]int{}
	for _, who := range s {
		count[who]++
	}
	if len(s) != 4 || count['S'] != 2 || count['C'] != 2 {
		return usagef("-schedule %q: want two S and two C in any order, such as SSCC", s)
	}
	return nil
}

func tornChild(args []string) error {
	ack := os.NewFile(3, "ack")
	halves := []string{args[0] + ": " + args[1], "\n"} // NOTE: incorrect: a line in two writes
	for _, half := range halves {
		if _, err := io.ReadFull(os.Stdin, make([]byte, 1)); err != nil {
			return fmt.Errorf("%s: no turn: %w", args[0], err)
		}
		fmt.Fprint(&stdout, half)
		if _, err := ack.Write([]byte{1}); err != nil {
			return err
		}
	}
	return nil
}

// A stepper is a child that does one step for every byte it is sent.
type stepper struct {
	name  string
	cmd   *exec.Cmd
	baton io.WriteCloser // the child's standard input
	ack   *os.File       // a byte from here: the step is done
}

func startStepper(role, name string, args ...string) (*stepper, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer w.Close() // the child has its own copy; ours would hide its death
	cmd := self(role, append([]string{name}, args...)...)
	cmd.ExtraFiles = []*os.File{w} // descriptor 3 in the child
	baton, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start %s: %w", name, err), r.Close())
	}
	return &stepper{name, cmd, baton, r}, nil
}

// step lets the child do one step and waits until it has.
func (s *stepper) step() error {
	_, err := s.baton.Write([]byte{1})
	if err == nil {
		_, err = io.ReadFull(s.ack, make([]byte, 1))
	}
	if err != nil {
		return fmt.Errorf("%s did not do its step: %w", s.name, err)
	}
	return nil
}

// end waits for the child, and returns how it failed, if it did.
func (s *stepper) end() error {
	s.baton.Close()
	s.ack.Close()
	if err := s.cmd.Wait(); err != nil {
		return fmt.Errorf("%s: %w", s.name, err)
	}
	return nil
}
