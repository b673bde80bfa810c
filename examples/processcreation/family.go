//go:build unix

package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// patience ends a wait for something that should have happened at once.
const patience = 20 * time.Second

// A family is a child that has started a grandchild. The grandchild answers each byte on its
// standard input by a line on descriptor 3 with its pid and its parent's, and ends when that
// input does. Descriptor 3 is open in both, so its end-of-file says that both are gone.
type family struct {
	child  *exec.Cmd
	ask    *os.File // to the grandchild's standard input
	answer *os.File
	lines  *bufio.Reader // over answer
}

// newFamily starts child, whose role starts the grandchild, and waits for the grandchild.
func newFamily(child *exec.Cmd) (*family, error) {
	in, ask, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	answer, out, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, in.Close(), ask.Close())
	}
	child.Stdin = in
	child.ExtraFiles = append([]*os.File{out}, child.ExtraFiles...)
	f := &family{child, ask, answer, bufio.NewReader(answer)}
	err = child.Start()
	// These ends are the family's now. Kept open here, the second would hide their death.
	in.Close()
	out.Close()
	if err == nil {
		_, _, err = f.question(silently)
	}
	if err != nil {
		return nil, errors.Join(err, f.end())
	}
	return f, nil
}

// The two questions: the second is answered on the grandchild's standard output as well.
const (
	silently = "?"
	aloud    = "!"
)

// question asks the grandchild for its pid and its parent's.
func (f *family) question(how string) (pid, ppid int, err error) {
	if _, err := f.ask.WriteString(how); err != nil {
		return 0, 0, err
	}
	f.answer.SetReadDeadline(time.Now().Add(patience))
	line, err := f.lines.ReadString('\n')
	if err != nil {
		return 0, 0, fmt.Errorf("the grandchild does not answer: %w", err)
	}
	_, err = fmt.Sscan(line, &pid, &ppid)
	return pid, ppid, err
}

// killChild kills the child, not the grandchild, and returns how the child ended.
func (f *family) killChild() (string, error) {
	if err := f.child.Process.Kill(); err != nil {
		return "", err
	}
	f.child.Wait() // the error is the state, which follows
	return f.child.ProcessState.String(), nil
}

// awaitGone waits until neither is alive.
func (f *family) awaitGone() error {
	f.answer.SetReadDeadline(time.Now().Add(patience))
	_, err := io.Copy(io.Discard, f.lines)
	return err
}

// end lets the grandchild end, and waits for both.
func (f *family) end() error {
	f.ask.Close()
	err := f.awaitGone()
	f.answer.Close()
	if f.child.Process != nil && f.child.ProcessState == nil {
		f.child.Wait()
	}
	return err
}

// familyChild starts the grandchild and waits for it.
func familyChild(args []string) error { return grandchildCmd().Run() }

// grandchildCmd hands on this process's standard input and descriptor 3.
func grandchildCmd() *exec.Cmd {
	cmd := self("grandchild")
	cmd.Stdin = os.Stdin
	cmd.ExtraFiles = []*os.File{os.NewFile(3, "answer")}
	return cmd
}

func grandchild(args []string) error {
	answer := os.NewFile(3, "answer")
	for question := make([]byte, 1); ; {
		if _, err := io.ReadFull(os.Stdin, question); err != nil {
			return nil // end-of-file: it may go
		}
		if string(question) == aloud {
			say("[grandchild] is still here")
		}
		if _, err := fmt.Fprintln(answer, os.Getpid(), os.Getppid()); err != nil {
			return err
		}
	}
}
