package main

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// A detector is the pipe for the tasks. Where a write to the pipe would wait for ever, a write to the
// detector returns an error that says so.
//
// It needs no time limit. Nobody reads the answers yet, so it is known how many of them fit into
// their pipe. A worker that has read more tasks than that is writing an answer that doesn't fit: it
// will not read again. If then the tasks' pipe is full, too, nobody can go on.
type detector struct {
	*os.File
	size int // of a task and of an answer, in bytes
	fit  int // how many answers fit into their pipe
	sent int // bytes of tasks
}

func newDetector(tasks, answers *os.File, size int) (*detector, error) {
	fit, err := howManyFit(size)
	return &detector{File: tasks, size: size, fit: fit}, errors.Join(err, setPipeSize(tasks), setPipeSize(answers))
}

func (d *detector) Write(task []byte) (written int, err error) {
	for len(task) > 0 {
		var lying int // bytes of tasks that the worker has not read
		var n int
		err := control(d.File, func(fd int) (err error) {
			if lying, err = unix.IoctlGetInt(fd, unix.TIOCINQ); err != nil { // FIONREAD, by its other name
				return err
			}
			n, err = unix.Write(fd, task) // does not wait: Go's pipes don't
			return err
		})
		begun := (d.sent - lying) / d.size // tasks that the worker has read
		switch {
		case err == nil:
			d.sent += n
			written += n
			task = task[n:]
		case err != unix.EAGAIN && err != unix.EINTR:
			return written, err
		case begun > d.fit:
			return written, fmt.Errorf("deadlock: tasks sent %d, read by the worker %d; answers that fit into their pipe %d; "+
				"each side waits for the other to read", d.sent/d.size, begun, d.fit)
		default:
			err := control(d.File, func(fd int) error {
				_, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLOUT}}, 1)
				return err
			})
			if err != nil && err != unix.EINTR {
				return written, err
			}
		}
	}
	return written, nil
}

// howManyFit returns how many records of this size can be written to a pipe that nobody reads.
func howManyFit(size int) (n int, err error) {
	r, w, err := os.Pipe()
	if err != nil {
		return 0, err
	}
	defer r.Close()
	defer w.Close()
	if err := setPipeSize(w); err != nil {
		return 0, err
	}
	for record := make([]byte, size); ; n++ {
		written := 0
		err := control(w, func(fd int) (err error) {
			written, err = unix.Write(fd, record)
			return err
		})
		if err == unix.EAGAIN || err == nil && written < size {
			return n, nil
		}
		if err != nil {
			return 0, err
		}
	}
}

// setPipeSize makes sure of what is the default on most machines.
func setPipeSize(f *os.File) error {
	return control(f, func(fd int) error {
		_, err := unix.FcntlInt(uintptr(fd), unix.F_SETPIPE_SZ, 64<<10)
		return os.NewSyscallError("fcntl", err)
	})
}

// control calls do with a descriptor that stays open meanwhile.
func control(f *os.File, do func(fd int) error) error {
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var doErr error
	err = raw.Control(func(fd uintptr) { doErr = do(int(fd)) })
	if err != nil {
		return err
	}
	return doErr
}
