//go:build unix

package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
)

const pidName, logName = "daemon.pid", "daemon.log"

// lockPidFile opens the pid file and locks it; held is true if somebody else has the lock. It is the
// lock that says that a daemon lives: the kernel releases it at the end of any process, but the
// number in the file may be another's by now.
func lockPidFile(path string, flag int) (f *os.File, held bool, err error) {
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
		opened, errOpened := f.Stat()
		named, errNamed := os.Stat(path)
		if errors.Join(errOpened, errNamed) == nil && os.SameFile(opened, named) {
			return f, false, nil
		}
		f.Close() // a daemon that ended just now has removed it: look again
	}
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
