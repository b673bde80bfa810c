package mpi

import (
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// drain waits until what was written to the pipes among files has been read: MPICH's launcher drops
// what it has not read when a rank aborts the job. It gives up after a time, and returns how many
// bytes are left then.
func drain(patience time.Duration, files ...*os.File) (left int) {
	for end := time.Now().Add(patience); ; time.Sleep(100 * time.Microsecond) {
		left = 0
		for _, f := range files {
			left += unread(f)
		}
		if left == 0 || time.Now().After(end) {
			return left
		}
	}
}

// unread returns how many bytes wait in a pipe. What nobody can read any more does not wait.
func unread(f *os.File) int {
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeNamedPipe == 0 {
		return 0
	}
	ends := []unix.PollFd{{Fd: int32(f.Fd())}}
	if _, err := unix.Poll(ends, 0); err == nil && ends[0].Revents&unix.POLLERR != 0 {
		return 0
	}
	n, err := unix.IoctlGetInt(int(f.Fd()), unix.TIOCINQ)
	if err != nil {
		return 0
	}
	return n
}
