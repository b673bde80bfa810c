//go:build unix

package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"syscall"

	"example.com/lockstep/examples/hello/lockstep"
)

// runSocketPair sends requests to a child, and gets its answers, over one connection.
func runSocketPair(f *lockstep.Flags) {
	n := f.Number("n", 2, 1, 1000, "how many requests")
	f.Parse()
	ours, theirs, err := socketPair(syscall.SOCK_STREAM)
	lockstep.Check(err)
	child, err := lockstep.Start("child", "answerer", theirs)
	lockstep.Check(err)
	theirs.Close()
	for i := range *n {
		var answer []byte
		err := writeFrame(ours, fmt.Appendf(nil, "request %d", i+1), maxMessage)
		if err == nil {
			answer, err = readFrame(ours, maxMessage)
		}
		if err != nil {
			lockstep.Check(child.End()) // how it ended says more
		}
		lockstep.Check(err)
		lockstep.Say("the parent gets %q", answer)
	}
	ours.Close()
	lockstep.Check(child.Wait())
}

// socketPair returns two sockets that are connected to each other, and that nobody else can reach.
// The kind is syscall.SOCK_STREAM or SOCK_SEQPACKET.
func socketPair(kind int) (a, b *os.File, err error) {
	syscall.ForkLock.RLock() // no child is started meanwhile: it would inherit both
	defer syscall.ForkLock.RUnlock()
	fds, err := syscall.Socketpair(syscall.AF_UNIX, kind, 0)
	if err != nil {
		return nil, nil, os.NewSyscallError("socketpair", err)
	}
	for _, fd := range fds {
		syscall.CloseOnExec(fd)
		syscall.SetNonblock(fd, true) // a read that waits will wait in Go, and may have a deadline
	}
	return os.NewFile(uintptr(fds[0]), "socket"), os.NewFile(uintptr(fds[1]), "socket"), nil
}

// answerer answers each request with the same in capital letters.
func answerer(args lockstep.Args) {
	for {
		request, err := readFrame(args.File(0), maxMessage)
		if err == io.EOF {
			lockstep.Say("reads end-of-file")
			return
		}
		lockstep.Check(err)
		lockstep.Say("gets %q", request)
		lockstep.Check(writeFrame(args.File(0), bytes.ToUpper(request), maxMessage))
	}
}
