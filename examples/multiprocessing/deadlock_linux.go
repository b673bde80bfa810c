package main

import (
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

const pipeSize = 64 << 10

// sizePipe makes sure of what is the default on most machines.
func sizePipe(f *os.File) error {
	_, err := control(f, func(fd uintptr) (int, error) {
		return unix.FcntlInt(fd, unix.F_SETPIPE_SZ, pipeSize)
	})
	return err
}

// watch looks into both pipes. When both are full, and more has been begun to be sent than lies in
// them and in the worker's hand, then the program is in a write, the worker is in one, and only the
// other could make room: that is proof, and needs no time limit.
func watch(tasks, answers *os.File, begun *atomic.Int64, stop <-chan struct{}) deadlock {
	look := time.NewTicker(time.Millisecond)
	defer look.Stop()
	for {
		select {
		case <-stop:
			return ""
		case <-look.C:
		}
		full := held(answers) == pipeSize && held(tasks) == pipeSize
		if full && begun.Load()*recordSize > 2*pipeSize+recordSize {
			return deadlock(fmt.Sprintf("both pipes hold %d bytes, "+
				"and each side waits for the other to read", pipeSize))
		}
	}
}

// held returns how many bytes lie in a pipe, or -1.
func held(f *os.File) int {
	n, err := control(f, func(fd uintptr) (int, error) {
		return unix.IoctlGetInt(int(fd), unix.TIOCINQ) // FIONREAD, by its other name
	})
	if err != nil {
		return -1
	}
	return n
}

// control calls fn with a descriptor that stays open meanwhile.
func control(f *os.File, fn func(fd uintptr) (int, error)) (n int, err error) {
	raw, err := f.SyscallConn()
	if err != nil {
		return 0, err
	}
	if e := raw.Control(func(fd uintptr) { n, err = fn(fd) }); e != nil {
		return 0, e
	}
	return n, err
}
