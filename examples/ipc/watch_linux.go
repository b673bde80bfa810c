package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// bytesIn returns how many bytes are in a pipe.
func bytesIn(pipe *os.File) (n int, err error) {
	conn, err := pipe.SyscallConn()
	if err != nil {
		return 0, err
	}
	controlErr := conn.Control(func(fd uintptr) { n, err = unix.IoctlGetInt(int(fd), unix.TIOCINQ) })
	return n, errors.Join(controlErr, err)
}

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

// eventually waits until something that is about to happen has happened, and gives up after a minute.
func eventually(what string, happened func() bool) error {
	for end := time.Now().Add(time.Minute); !happened(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			return fmt.Errorf("not within a minute: %s", what)
		}
	}
	return nil
}
