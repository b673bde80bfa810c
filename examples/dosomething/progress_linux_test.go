package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// TestProgress runs the program on a terminal of its own, and again with a pipe and with /dev/null
// for standard error. Only the terminal gets to see how many tasks are done, and then no more.
func TestProgress(t *testing.T) {
	t.Parallel()
	keyboard, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no pseudo-terminals: ", err)
	}
	defer keyboard.Close()
	number, err := unix.IoctlGetInt(int(keyboard.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(keyboard.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	screen, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	cmd := self("processes", "-k", "3", "-p", "2", "-count", "10")
	cmd.Stdout, cmd.Stderr = nil, screen
	err = cmd.Run()
	screen.Close()
	if err != nil {
		t.Fatal(err)
	}
	var seen bytes.Buffer
	if _, err := seen.ReadFrom(keyboard); err != nil && !errors.Is(err, syscall.EIO) { // its end
		t.Fatal(err)
	}
	want := "1 of 3 tasks\r2 of 3 tasks\r3 of 3 tasks\r\x1b[K"
	if seen.String() != want {
		t.Errorf("on a terminal: %q, want %q", seen.String(), want)
	}

	var pipe strings.Builder
	cmd = self("processes", "-k", "3", "-count", "10")
	cmd.Stdout, cmd.Stderr = nil, &pipe
	if err := cmd.Run(); err != nil || pipe.Len() > 0 {
		t.Errorf("on a pipe: %v, %q", err, pipe.String())
	}
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	if isTerminal(null) {
		t.Error("/dev/null is taken for a terminal")
	}
}
