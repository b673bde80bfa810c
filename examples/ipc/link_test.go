//go:build unix

package main

import (
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// A link is the parent's side of a connection both ways, carrying messages of one size. put and get
// move a whole message.
type link struct {
	put, get func(msg []byte) error
	close    func() error
}

// links open a connection with a child, and run in both processes: cmd is nil in the child.
var links = map[string]func(cmd *exec.Cmd) (link, error){
	"pipe":       func(cmd *exec.Cmd) (link, error) { return pipeLink(cmd, blocking) },
	"socketpair": func(cmd *exec.Cmd) (link, error) { return pairLink(cmd, syscall.SOCK_STREAM) },
	"seqpacket":  func(cmd *exec.Cmd) (link, error) { return pairLink(cmd, syscall.SOCK_SEQPACKET) },
	"unixsocket": socketLink,
	"fifo":       fifoLink,
}

// longest is the longest message a mechanism takes here, if it has a limit.
var longest = map[string]int{"seqpacket": 64 << 10}

func bytesLink(r io.Reader, w io.Writer, close func() error) link {
	return link{
		put:   func(msg []byte) error { _, err := w.Write(msg); return err },
		get:   func(msg []byte) error { _, err := io.ReadFull(r, msg); return err },
		close: close,
	}
}

// pipeLink is two pipes, whose ends are used in one of the ways in pipe_test.go.
func pipeLink(cmd *exec.Cmd, use func(*os.File) io.ReadWriteCloser) (link, error) {
	if cmd == nil {
		return bytesLink(use(os.NewFile(3, "pipe")), use(os.NewFile(4, "pipe")), nil), nil
	}
	theirIn, out, err := os.Pipe()
	if err != nil {
		return link{}, err
	}
	in, theirOut, err := os.Pipe()
	if err != nil {
		return link{}, err
	}
	cmd.ExtraFiles = []*os.File{theirIn, theirOut}
	r, w := use(in), use(out)
	return bytesLink(r, w, func() error { r.Close(); return w.Close() }), nil
}

// fifoLink is the blocking pipeLink with names, which are gone when both ends are open.
func fifoLink(cmd *exec.Cmd) (link, error) {
	if cmd == nil {
		return pipeLink(nil, blocking)
	}
	dir, err := os.MkdirTemp("", "ipc")
	if err != nil {
		return link{}, err
	}
	defer os.RemoveAll(dir)
	open := func(name string) (r, w *os.File, err error) {
		path := filepath.Join(dir, name)
		if err := syscall.Mkfifo(path, 0o600); err != nil {
			return nil, nil, err
		}
		// Without O_NONBLOCK this would wait for a writer, and we are the writer.
		if r, err = os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0); err != nil {
			return nil, nil, err
		}
		if err := syscall.SetNonblock(int(r.Fd()), false); err != nil {
			return nil, nil, err
		}
		w, err = os.OpenFile(path, os.O_WRONLY, 0)
		return r, w, err
	}
	theirIn, out, err := open("there")
	if err != nil {
		return link{}, err
	}
	in, theirOut, err := open("back")
	if err != nil {
		return link{}, err
	}
	blocking(out)
	cmd.ExtraFiles = []*os.File{theirIn, theirOut}
	return bytesLink(in, out, func() error { in.Close(); return out.Close() }), nil
}

func pairLink(cmd *exec.Cmd, kind int) (link, error) {
	if cmd == nil {
		conn, err := inheritedConn(3)
		if err != nil {
			return link{}, err
		}
		return bytesLink(conn, conn, nil), nil
	}
	ours, theirs, err := connectedPair(kind)
	if err != nil {
		return link{}, err
	}
	defer ours.Close()
	cmd.ExtraFiles = []*os.File{theirs}
	conn, err := net.FileConn(ours)
	if err != nil {
		return link{}, err
	}
	return bytesLink(conn, conn, conn.Close), nil
}

func socketLink(cmd *exec.Cmd) (link, error) {
	if cmd == nil {
		return pairLink(nil, 0)
	}
	dir, err := os.MkdirTemp("", "ipc")
	if err != nil {
		return link{}, err
	}
	defer os.RemoveAll(dir)
	ln, err := net.Listen("unix", socketPath(dir))
	if err != nil {
		return link{}, err
	}
	defer ln.Close()
	theirs, err := net.Dial("unix", socketPath(dir))
	if err != nil {
		return link{}, err
	}
	f, err := theirs.(*net.UnixConn).File()
	theirs.Close()
	if err != nil {
		return link{}, err
	}
	cmd.ExtraFiles = []*os.File{f}
	ours, err := ln.Accept()
	if err != nil {
		return link{}, err
	}
	return bytesLink(ours, ours, ours.Close), nil
}
