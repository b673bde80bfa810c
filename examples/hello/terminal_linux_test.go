package main

import (
	"fmt"
	"io"
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestTerminal lets three processes write to a terminal at full speed: a pseudo-terminal, whose other
// end we read. A terminal ends each line with "\r\n".
func TestTerminal(t *testing.T) {
	screen, tty := openTerminal(t)
	writers := startWriters(tty, 512)
	text := make([]byte, 3*200*513)
	screen.SetReadDeadline(time.Now().Add(20 * time.Second))
	if _, err := io.ReadFull(screen, text); err != nil {
		t.Fatal(err)
	}
	for _, w := range writers {
		if err := w.Wait(); err != nil {
			t.Error(err)
		}
	}
	for i := 0; i < len(text); i += 513 {
		line := text[i : i+513]
		if want := fmt.Sprintf("%s\r\n", bytesOf(line[0], 511)); string(line) != want {
			t.Fatalf("a torn line: %q", line)
		}
	}
}

func bytesOf(b byte, n int) []byte {
	s := make([]byte, n)
	for i := range s {
		s[i] = b
	}
	return s
}

// openTerminal returns the two ends of a new pseudo-terminal: what a terminal window reads from and
// shows, and what the programs in it write to.
func openTerminal(t *testing.T) (screen, tty *os.File) {
	t.Helper()
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		t.Skip("needs pseudo-terminals: ", os.NewSyscallError("open /dev/ptmx", err))
	}
	screen = os.NewFile(uintptr(fd), "/dev/ptmx")
	t.Cleanup(func() { screen.Close() })
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	tty, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tty.Close() })
	return screen, tty
}
