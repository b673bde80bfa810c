package main

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// limitMemory lets this process have so many MiB of address space more than it has already.
func limitMemory(megabytes int) error {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return err
	}
	var pages uint64 // the first number: its address space, in pages
	if _, err := fmt.Sscan(string(text), &pages); err != nil {
		return err
	}
	most := pages*uint64(os.Getpagesize()) + uint64(megabytes)<<20
	return syscall.Setrlimit(syscall.RLIMIT_AS, &syscall.Rlimit{Cur: most, Max: most})
}

// A detector is the pipe for the tasks. Where a write to the pipe would wait for ever, a write to the
// detector returns an error that says so.
//
// It needs no time limit. Nobody reads the answers yet, so it is known how many of them fit into
// their pipe. A worker that has read more tasks than that is writing an answer that doesn't fit: it
// will not read again. If then the tasks' pipe is full, too, nobody can go on.
type detector struct {
	*os.File
	fd   int
	sent int // tasks
}

const (
	pipeSize = 64 << 10
	fit      = pipeSize / taskSize // answers that fit into their pipe
)

func newDetector(tasks, answers *os.File) (*detector, error) {
	// What is the default on most machines is made sure of.
	_, err := unix.FcntlInt(tasks.Fd(), unix.F_SETPIPE_SZ, pipeSize)
	_, err2 := unix.FcntlInt(answers.Fd(), unix.F_SETPIPE_SZ, pipeSize)
	d := &detector{File: tasks, fd: int(tasks.Fd())}
	return d, errors.Join(err, err2, unix.SetNonblock(d.fd, true))
}

// Write writes a task. The pipe takes so few bytes as a whole, or none of them.
func (d *detector) Write(task []byte) (int, error) {
	for {
		lying, err := unix.IoctlGetInt(d.fd, unix.TIOCINQ) // bytes that the worker has not read
		if err != nil {
			return 0, err
		}
		n, err := unix.Write(d.fd, task)
		if err == nil {
			d.sent++
			return n, nil
		}
		if err != unix.EAGAIN && err != unix.EINTR {
			return 0, err
		}
		if begun := d.sent - lying/taskSize; begun > fit {
			return 0, fmt.Errorf("deadlock: tasks sent %d, read by the worker %d; answers that fit into their pipe %d; "+
				"each side waits for the other to read", d.sent, begun, fit)
		}
		// Until there is room again: then the worker has read on.
		_, err = unix.Poll([]unix.PollFd{{Fd: int32(d.fd), Events: unix.POLLOUT}}, 1)
		if err != nil && err != unix.EINTR {
			return 0, err
		}
	}
}
