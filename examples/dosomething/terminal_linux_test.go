package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// TestProgress does a job with a terminal, a pipe and /dev/null for standard error. On the terminal
// the tasks are counted, and then the line is wiped out; the pipe gets nothing.
func TestProgress(t *testing.T) {
	screen, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skip("needs pseudo-terminals: ", err)
	}
	defer screen.Close()
	number, err := unix.IoctlGetInt(int(screen.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(screen.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	tty, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	work := func(stderr *os.File) {
		was := os.Stderr
		os.Stderr = stderr
		defer func() { os.Stderr = was }()
		if _, err := (job{tasks: 3, count: 10}).inProcesses(context.Background(), 1, 0); err != nil {
			t.Error(err)
		}
	}
	work(tty)
	tty.Close()
	var seen bytes.Buffer
	if _, err := seen.ReadFrom(screen); err != nil && !errors.Is(err, syscall.EIO) { // its end
		t.Fatal(err)
	}
	if want := "1 of 3 tasks\r2 of 3 tasks\r3 of 3 tasks\r\x1b[K"; seen.String() != want {
		t.Errorf("on a terminal: %q, want %q", seen.String(), want)
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	work(w)
	w.Close()
	seen.Reset()
	if seen.ReadFrom(r); seen.Len() > 0 {
		t.Errorf("on a pipe: %q", seen.String())
	}
}
