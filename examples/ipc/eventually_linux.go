package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// blockedIn reports whether the kernel shows a thread of the process inside the system call, with
// this descriptor as its first argument.
func blockedIn(pid, call, fd int) bool {
	want := fmt.Sprintf("%d 0x%x ", call, fd)
	files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/syscall", pid))
	for _, file := range files {
		if text, err := os.ReadFile(file); err == nil && strings.HasPrefix(string(text), want) {
			return true
		}
	}
	return false
}

// eventually waits until the condition holds, and fails when it hasn't for longer than a test has
// patience: what a program should have noticed at once is not taken for noticed.
func eventually(holds func() bool) error {
	for end := time.Now().Add(time.Minute); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			return errors.New("not within a minute")
		}
	}
	return nil
}
