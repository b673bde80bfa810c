package main

import (
	"errors"
	"fmt"
	"os"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A mqueue is a POSIX message queue: it keeps messages apart, has a bound, and hands out the most
// urgent first. It has no end-of-file. Go has no wrapper for it; on Linux it is a descriptor and
// four system calls.
type mqueue struct{ f *os.File }

type mqAttr struct { // struct mq_attr
	flags, maxMessages, maxSize, current int
	_                                    [4]int
}

// createMqueue makes a queue and removes its name at once: it lives as long as a descriptor does.
func createMqueue(messages, size int) (*mqueue, error) {
	name := fmt.Sprintf("lockstep-%d-%d", os.Getpid(), time.Now().UnixNano())
	path, err := unix.BytePtrFromString(name)
	if err != nil {
		return nil, err
	}
	attr := mqAttr{maxMessages: messages, maxSize: size}
	fd, _, errno := unix.Syscall6(unix.SYS_MQ_OPEN, uintptr(unsafe.Pointer(path)),
		unix.O_RDWR|unix.O_CREAT|unix.O_EXCL|unix.O_CLOEXEC, 0o600,
		uintptr(unsafe.Pointer(&attr)), 0, 0)
	if errno != 0 {
		return nil, os.NewSyscallError("mq_open", errno)
	}
	q := &mqueue{os.NewFile(fd, "mqueue")}
	_, _, errno = unix.Syscall(unix.SYS_MQ_UNLINK, uintptr(unsafe.Pointer(path)), 0, 0)
	if errno != 0 {
		return nil, errors.Join(os.NewSyscallError("mq_unlink", errno), q.f.Close())
	}
	return q, nil
}

func inheritedMqueue() (*mqueue, error) {
	f, err := openFile(3, "mqueue")
	return &mqueue{f}, err
}

var errTimeout = errors.New("timed out")

// send puts a message into the queue, and waits for room until the time is over.
func (q *mqueue) send(msg []byte, priority uint, timeout time.Duration) error {
	_, err := retry(timeout, func(until *unix.Timespec) (uintptr, unix.Errno) {
		n, _, errno := unix.Syscall6(unix.SYS_MQ_TIMEDSEND, q.f.Fd(),
			uintptr(unsafe.Pointer(unsafe.SliceData(msg))), uintptr(len(msg)),
			uintptr(priority), uintptr(unsafe.Pointer(until)), 0)
		return n, errno
	})
	return err
}

// receive takes the oldest of the most urgent messages, and waits for one until the time is over.
// buf must have room for the longest message that the queue allows.
func (q *mqueue) receive(buf []byte, timeout time.Duration) (msg []byte, priority uint, err error) {
	var p uint32
	n, err := retry(timeout, func(until *unix.Timespec) (uintptr, unix.Errno) {
		n, _, errno := unix.Syscall6(unix.SYS_MQ_TIMEDRECEIVE, q.f.Fd(),
			uintptr(unsafe.Pointer(unsafe.SliceData(buf))), uintptr(len(buf)),
			uintptr(unsafe.Pointer(&p)), uintptr(unsafe.Pointer(until)), 0)
		return n, errno
	})
	if err != nil {
		return nil, 0, err
	}
	return buf[:n], uint(p), nil
}

func retry(
	timeout time.Duration, call func(until *unix.Timespec) (uintptr, unix.Errno),
) (uintptr, error) {
	until, err := unix.TimeToTimespec(time.Now().Add(timeout)) // a time of day, not a duration
	if err != nil {
		return 0, err
	}
	for {
		switch n, errno := call(&until); errno {
		case 0:
			return n, nil
		case unix.EINTR: // a signal, to the Go scheduler perhaps
		case unix.ETIMEDOUT:
			return 0, fmt.Errorf("%w after %v", errTimeout, timeout)
		case unix.EMSGSIZE:
			return 0, fmt.Errorf("%w message: the queue takes no such length", errOversize)
		default:
			return 0, os.NewSyscallError("message queue", errno)
		}
	}
}
