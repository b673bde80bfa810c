//go:build unix

package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

const pidName, logName = "daemon.pid", "daemon.log"

// A pid file names the daemon, but its lock is what says that the daemon lives: the kernel
// releases it at the end of any process, and the number alone may be another's by now.

// lockPidFile opens the pid file in dir and locks it; held is true if somebody else has the lock.
func lockPidFile(dir string, flag int) (f *os.File, held bool, err error) {
	path := filepath.Join(dir, pidName)
	for {
		f, err = os.OpenFile(path, os.O_RDWR|flag, 0o600)
		if err != nil {
			return nil, false, err
		}
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return f, true, nil
		}
		if err != nil {
			return nil, false, errors.Join(os.NewSyscallError("flock", err), f.Close())
		}
		if inPlace(f) {
			return f, false, nil
		}
		f.Close() // a daemon that ended just now has removed it: look again
	}
}

// inPlace reports whether the open file is still the one at its path.
func inPlace(f *os.File) bool {
	opened, err := f.Stat()
	if err != nil {
		return false
	}
	named, err := os.Stat(f.Name())
	return err == nil && os.SameFile(opened, named)
}

// removeIfSame removes f, of which the caller has the lock, unless that has been done.
func removeIfSame(f *os.File) error {
	if !inPlace(f) {
		return nil
	}
	return os.Remove(f.Name())
}

func readPid(f *os.File) (int, error) {
	text := make([]byte, 32)
	n, err := f.ReadAt(text, 0)
	if err != nil && err != io.EOF {
		return 0, err
	}
	pid, err := parsePid(string(text[:n]))
	if err != nil {
		return 0, fmt.Errorf("%s: %w", f.Name(), err)
	}
	return pid, nil
}

// parsePid reads a pid file's text: a process number and a newline, nothing else. Kill takes 0,
// -1 and -n for whole groups of processes, and 1 is the system's own.
func parsePid(text string) (int, error) {
	digits, whole := strings.CutSuffix(text, "\n")
	pid, err := strconv.ParseInt(digits, 10, 32)
	if err != nil || !whole || pid <= 1 || digits != strconv.FormatInt(pid, 10) {
		return 0, fmt.Errorf("want a process number from 2 to 2147483647 and a newline, got %q", text)
	}
	return int(pid), nil
}
