//go:build unix

package main

import (
	"io"
	"os"
	"os/exec"
)

// A stepper is a child that does one step for each byte it is sent, and acknowledges it.
type stepper struct {
	cmd   *exec.Cmd
	baton io.WriteCloser
	ack   *os.File
}

func startStepper(end *os.File, args ...string) (*stepper, error) {
	ack, acked, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer acked.Close()
	cmd := self("empty-child", args...)
	cmd.ExtraFiles = []*os.File{acked, end} // descriptors 3 and 4
	baton, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		ack.Close()
		return nil, err
	}
	return &stepper{cmd, baton, ack}, nil
}

func (s *stepper) step() error {
	if _, err := s.baton.Write([]byte{1}); err != nil {
		return err
	}
	_, err := io.ReadFull(s.ack, make([]byte, 1))
	return err
}

func (s *stepper) end() error {
	s.baton.Close()
	defer s.ack.Close() // not before: it may be acknowledging
	return s.cmd.Wait()
}
