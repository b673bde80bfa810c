package main

import (
	"crypto/rand"
	"os"
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

// runMessageQueue lets a producer fill a message queue and end, and then a consumer empty it: what is
// in the queue is in no process's memory.
func runMessageQueue(f *lockstep.Flags) {
	f.Parse()
	q, err := newMessageQueue(len(letters), 64)
	lockstep.Check(err)
	producer, err := lockstep.Start("producer", "poster", q)
	lockstep.Check(err)
	lockstep.Check(producer.Wait())
	consumer, err := lockstep.Start("consumer", "postman", q)
	lockstep.Check(err)
	lockstep.Check(consumer.Wait())
}

// poster posts the letters.
func poster(args lockstep.Args) {
	for _, letter := range letters {
		lockstep.Check(send(args.File(0), []byte(letter.text), letter.priority))
		lockstep.Say("sends %q with priority %d", letter.text, letter.priority)
	}
}

// postman takes letters up to the end.
func postman(args lockstep.Args) {
	buf := make([]byte, 64)
	for text := ""; text != "end"; {
		msg, priority, err := receive(args.File(0), buf)
		lockstep.Check(err)
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

// send puts a message into the queue, and waits for room. The last argument of the call could be a
// time at which to give up.
func send(queue *os.File, msg []byte, priority uint) error {
	_, _, errno := unix.Syscall6(unix.SYS_MQ_TIMEDSEND, queue.Fd(), uintptr(unsafe.Pointer(unsafe.SliceData(msg))),
		uintptr(len(msg)), uintptr(priority), 0, 0)
	if errno != 0 {
		return os.NewSyscallError("mq_send", errno)
	}
	return nil
}

// receive waits for a message, and takes the oldest of the most urgent ones. buf must have room for
// the longest message that the queue allows.
func receive(queue *os.File, buf []byte) (msg []byte, priority uint, err error) {
	var p uint32
	n, _, errno := unix.Syscall6(unix.SYS_MQ_TIMEDRECEIVE, queue.Fd(), uintptr(unsafe.Pointer(unsafe.SliceData(buf))),
		uintptr(len(buf)), uintptr(unsafe.Pointer(&p)), 0, 0)
	if errno != 0 {
		return nil, 0, os.NewSyscallError("mq_receive", errno)
	}
	return buf[:n], uint(p), nil
}
