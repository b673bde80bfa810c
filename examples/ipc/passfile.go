//go:build unix

package main

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"example.com/lockstep/examples/hello/lockstep"
)

// runPassFile sends an open file to a worker that is already running. What arrives is the same open
// file: both processes share its position.
func runPassFile(f *lockstep.Flags) {
	f.Parse()
	ours, theirs, err := socketPair(syscall.SOCK_STREAM)
	lockstep.Check(err)
	worker, err := lockstep.Start("worker", "receiver", theirs)
	lockstep.Check(err)
	theirs.Close()
	logbook, err := lockstep.Unnamed(0)
	lockstep.Check(err)
	_, err = logbook.WriteString("line one\nline two\n")
	lockstep.Check(err)
	_, err = logbook.Seek(0, 0)
	lockstep.Check(err)
	lockstep.Say("the file has no name: nobody can open it")
	err = sendFile(ours, logbook)
	ours.Close()
	lockstep.Check(errors.Join(err, worker.Wait()))
	rest := make([]byte, 9)
	_, err = logbook.Read(rest)
	lockstep.Check(err)
	lockstep.Say("the parent reads on where the worker stopped: %q", rest)
}

func receiver(args lockstep.Args) {
	f, err := receiveFile(args.File(0))
	lockstep.Check(err)
	line := make([]byte, 9)
	_, err = f.Read(line)
	lockstep.Check(err)
	lockstep.Say("gets a file and reads %q", line)
}

// sendFile sends an open file over a Unix socket: the kernel makes a descriptor for it in the receiver.
// There must be a byte for it to go with.
func sendFile(socket, f *os.File) error {
	rights := syscall.UnixRights(int(f.Fd()))
	return os.NewSyscallError("sendmsg", syscall.Sendmsg(int(socket.Fd()), []byte{0}, rights, nil, 0))
}

// receiveFile receives what sendFile sent. Descriptors arrive whether or not they are wanted: all but
// one are closed, or a peer could fill our table.
func receiveFile(socket *os.File) (*os.File, error) {
	beside := make([]byte, syscall.CmsgSpace(4*4)) // room for four descriptors
	_, n, flags, _, err := syscall.Recvmsg(int(socket.Fd()), make([]byte, 1), beside, 0)
	if err != nil {
		return nil, os.NewSyscallError("recvmsg", err)
	}
	messages, err := syscall.ParseSocketControlMessage(beside[:n])
	if err != nil {
		return nil, err
	}
	var fds []int
	for _, msg := range messages {
		if some, err := syscall.ParseUnixRights(&msg); err == nil {
			fds = append(fds, some...)
		}
	}
	if len(fds) != 1 || flags&syscall.MSG_CTRUNC != 0 {
		for _, fd := range fds {
			syscall.Close(fd)
		}
		return nil, fmt.Errorf("%d descriptors came, and one was expected", len(fds))
	}
	syscall.CloseOnExec(fds[0])
	return os.NewFile(uintptr(fds[0]), "received file"), nil
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
