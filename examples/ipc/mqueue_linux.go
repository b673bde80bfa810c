package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"time"
	"unsafe"

	"example.com/lockstep/examples/hello/lockstep"
	"golang.org/x/sys/unix"
)

// letters are what the producer posts, in this order. A message queue has no end-of-file: the end is
// a message too, and its priority is the lowest, so that nothing is left behind it.
var letters = []struct {
	text     string
	priority uint
}{{"routine 1", 1}, {"routine 2", 1}, {"alarm", 9}, {"end", 0}}

// limit is how long a process waits for the other one.
const limit = 200 * time.Millisecond

// runMessageQueue lets a producer fill a message queue and end, and then a consumer empty it: what is
// in the queue is in no process's memory.
func runMessageQueue(f *lockstep.Flags) {
	bound := f.Number("bound", len(letters), 1, 10, "how many messages the queue holds")
	victim := f.Bool("kill", false, "kill the producer before it posts the end")
	f.Parse()
	q, err := newMessageQueue(*bound, 64)
	lockstep.Check(err)
	producer, err := lockstep.Start("producer", "poster", q)
	lockstep.Check(err)
	for _, letter := range letters {
		if *victim && letter.text == "end" {
			producer.Kill() // the end says how it ended
			break
		}
		did, err := producer.Step()
		lockstep.Check(err)
		lockstep.Say("[producer] %s", did)
	}
	ended := producer.End()
	consumer, err := lockstep.Start("consumer", "postman", q)
	lockstep.Check(err)
	lockstep.Check(errors.Join(ended, consumer.Wait()))
}

// poster posts a letter at each turn.
func poster(args lockstep.Args) {
	for _, letter := range letters {
		lockstep.Turn()
		err := send(args.File(0), []byte(letter.text), letter.priority, limit)
		if err != nil {
			lockstep.Check(fmt.Errorf("no room for %q: %w", letter.text, err))
		}
		lockstep.Done("sends %q with priority %d", letter.text, letter.priority)
	}
}

// postman takes letters up to the end.
func postman(args lockstep.Args) {
	buf := make([]byte, 64)
	for text := ""; text != "end"; {
		msg, priority, err := receive(args.File(0), buf, limit)
		if err != nil {
			lockstep.Check(fmt.Errorf("no message, and no end: %w", err))
		}
		text = string(msg)
		lockstep.Say("gets %q with priority %d", text, priority)
	}
}

// newMessageQueue makes a POSIX message queue and removes its name at once: it lives as long as a
// process has it open. Go has no wrapper for it; on Linux it is a descriptor and four system calls.
func newMessageQueue(messages, size int) (*os.File, error) {
	name, err := unix.BytePtrFromString("lockstep-" + rand.Text())
	if err != nil {
		return nil, err
	}
	attr := struct { // struct mq_attr
		flags, maxMessages, maxSize, current int
		_                                    [4]int
	}{maxMessages: messages, maxSize: size}
	fd, _, errno := unix.Syscall6(unix.SYS_MQ_OPEN, uintptr(unsafe.Pointer(name)),
		unix.O_RDWR|unix.O_CREAT|unix.O_EXCL|unix.O_CLOEXEC, 0o600, uintptr(unsafe.Pointer(&attr)), 0, 0)
	if errno != 0 {
		return nil, os.NewSyscallError("mq_open", errno)
	}
	if _, _, errno = unix.Syscall(unix.SYS_MQ_UNLINK, uintptr(unsafe.Pointer(name)), 0, 0); errno != 0 {
		return nil, os.NewSyscallError("mq_unlink", errno)
	}
	return os.NewFile(fd, "message queue"), nil
}

// send puts a message into the queue, and waits for room, but no longer than the limit.
func send(queue *os.File, msg []byte, priority uint, limit time.Duration) error {
	_, err := within(limit, func(until *unix.Timespec) (uintptr, unix.Errno) {
		n, _, errno := unix.Syscall6(unix.SYS_MQ_TIMEDSEND, queue.Fd(), uintptr(unsafe.Pointer(unsafe.SliceData(msg))),
			uintptr(len(msg)), uintptr(priority), uintptr(unsafe.Pointer(until)), 0)
		return n, errno
	})
	return err
}

// receive takes the oldest of the most urgent messages, and waits for one, but no longer than the
// limit. buf must have room for the longest message that the queue allows.
func receive(queue *os.File, buf []byte, limit time.Duration) (msg []byte, priority uint, err error) {
	var p uint32
	n, err := within(limit, func(until *unix.Timespec) (uintptr, unix.Errno) {
		n, _, errno := unix.Syscall6(unix.SYS_MQ_TIMEDRECEIVE, queue.Fd(), uintptr(unsafe.Pointer(unsafe.SliceData(buf))),
			uintptr(len(buf)), uintptr(unsafe.Pointer(&p)), uintptr(unsafe.Pointer(until)), 0)
		return n, errno
	})
	return buf[:n], uint(p), err
}

// within repeats a call that a signal interrupts. The call is told when to give up, as a time of day.
func within(limit time.Duration, call func(until *unix.Timespec) (uintptr, unix.Errno)) (uintptr, error) {
	until, err := unix.TimeToTimespec(time.Now().Add(limit))
	if err != nil {
		return 0, err
	}
	for {
		n, errno := call(&until)
		switch errno {
		case 0:
			return n, nil
		case unix.EINTR:
		case unix.ETIMEDOUT:
			return 0, fmt.Errorf("%w after %v", os.ErrDeadlineExceeded, limit)
		default:
			return 0, os.NewSyscallError("message queue", errno)
		}
	}
}
