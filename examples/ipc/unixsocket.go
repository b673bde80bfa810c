package main

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
)

// unixSocket is a stream socket with a name in the file system.
var unixSocket = mechanism{
	name:  "unixsocket",
	named: true,
	join: func(producer, consumer *exec.Cmd, dir string) ([]*os.File, error) {
		return listenFor(consumer, "unix", dir)
	},
	sender: func(dir string) (sender, error) {
		conn, err := net.Dial("unix", socketPath(dir))
		if err != nil {
			return nil, err
		}
		return newStream(conn), nil
	},
	receiver: func(string) (receiver, error) {
		conn, err := acceptOne()
		if err != nil {
			return nil, err
		}
		return newStream(conn), nil
	},
}

func runUnixSocket(args []string) error { return runPair(unixSocket, args) }

func socketPath(dir string) string { return filepath.Join(dir, "socket") }

// listenFor opens the listening socket in the parent and hands it to the consumer, as systemd does
// for a service: the producer may dial at once, whoever of the two starts first.
func listenFor(consumer *exec.Cmd, network, dir string) ([]*os.File, error) {
	ln, err := net.ListenUnix(network, &net.UnixAddr{Name: socketPath(dir), Net: network})
	if err != nil {
		return nil, err
	}
	ln.SetUnlinkOnClose(false) // the consumer's copy goes on under that name
	f, err := ln.File()
	if err := errors.Join(err, ln.Close()); err != nil {
		return nil, err
	}
	consumer.ExtraFiles = []*os.File{f} // descriptor 3
	return []*os.File{f}, nil
}

// acceptOne takes one connection from the listening socket that this process was started with.
func acceptOne() (*net.UnixConn, error) {
	f, err := openFile(3, "listening socket")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	ln, err := net.FileListener(f)
	if err != nil {
		return nil, err
	}
	defer ln.Close()
	conn, err := ln.Accept()
	if err != nil {
		return nil, err
	}
	return conn.(*net.UnixConn), nil
}
