package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"time"
)

// A shower passes on what tellers say. After an error it does nothing more.
type shower struct{ err error }

// lines sends so many orders and shows so many lines.
func (s *shower) lines(t *teller, orders, lines int) {
	t.limit()
	for range orders {
		t.order("")
	}
	for range lines {
		if s.err != nil {
			return
		}
		line := ""
		if line, s.err = t.answer(); s.err == nil {
			say("%s", line)
		}
	}
}

// waits returns when the kernel shows that the teller waits for a lock.
func (s *shower) waits(t *teller) {
	for end := time.Now().Add(patience); s.err == nil; time.Sleep(time.Millisecond) {
		waiting, err := waitsForLock(t.cmd.Process.Pid)
		if waiting {
			return
		}
		if s.err = err; err == nil && time.Now().After(end) {
			s.err = fmt.Errorf("%s does not wait for a lock after %v", t.name, patience)
		}
	}
}

// waitsForLock looks for the process in /proc/locks: a line with an arrow is a process that waits.
func waitsForLock(pid int) (bool, error) {
	f, err := os.Open("/proc/locks")
	if err != nil {
		return false, err
	}
	defer f.Close()
	in := bufio.NewScanner(f)
	for in.Scan() {
		// 1: -> POSIX  ADVISORY  WRITE 4711 fe:00:1234 0 EOF
		f := strings.Fields(in.Text())
		if len(f) > 5 && f[1] == "->" && f[5] == fmt.Sprint(pid) {
			return true, nil
		}
	}
	return false, in.Err()
}
