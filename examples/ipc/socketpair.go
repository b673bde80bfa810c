//go:build unix

package main

import (
	"net"
	"os"
	"os/exec"
	"syscall"
)

// socketpair is a connection that never had a name: nobody else can dial it. It carries both ways;
// here only one is used.
var socketpair = mechanism{
	name: "socketpair",
	join: func(producer, consumer *exec.Cmd, dir string) ([]*os.File, error) {
		a, b, err := connectedPair(syscall.SOCK_STREAM)
		if err != nil {
			return nil, err
		}
		producer.ExtraFiles = []*os.File{a}
		consumer.ExtraFiles = []*os.File{b}
		return []*os.File{a, b}, nil
	},
	sender: func(string) (sender, error) {
		conn, err := inheritedConn(3)
		if err != nil {
			return nil, err
		}
		return newStream(conn), nil
	},
	receiver: func(string) (receiver, error) {
		conn, err := inheritedConn(3)
		if err != nil {
			return nil, err
		}
		return newStream(conn), nil
	},
}

func runSocketpair(args []string) error { return runPair(socketpair, args) }

// connectedPair returns two sockets connected to each other. The lock keeps a child that another
// goroutine starts in between from inheriting them before they are marked close-on-exec.
func connectedPair(kind int) (a, b *os.File, err error) {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	fds, err := syscall.Socketpair(syscall.AF_UNIX, kind, 0)
	if err != nil {
		return nil, nil, os.NewSyscallError("socketpair", err)
	}
	syscall.CloseOnExec(fds[0])
	syscall.CloseOnExec(fds[1])
	return os.NewFile(uintptr(fds[0]), "socket"), os.NewFile(uintptr(fds[1]), "socket"), nil
}

// inheritedConn makes a connection of a socket that this process was started with.
func inheritedConn(fd uintptr) (*net.UnixConn, error) {
	f, err := openFile(fd, "socket")
	if err != nil {
		return nil, err
	}
	defer f.Close() // FileConn makes a copy
	conn, err := net.FileConn(f)
	if err != nil {
		return nil, err
	}
	return conn.(*net.UnixConn), nil
}
