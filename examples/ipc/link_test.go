//go:build unix

package main

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"example.com/lockstep/examples/hello/lockstep"
)

// A link is one side of a connection both ways. put and get move a whole message, whose length both
// sides know.
type link struct {
	put, get func(msg []byte) error
	close    func() error
}

// A mechanism makes a link between two processes: here is the parent's side, with the files for the
// child, and there is what the child makes of these.
type mechanism struct {
	here  func() (link, []*os.File, error)
	there func(files []*os.File) (link, error)
}

var mechanisms = map[string]mechanism{
	"pipe":       pipes(blocking),
	"fifo":       {fifos, pipes(blocking).there},
	"socketpair": {func() (link, []*os.File, error) { return pairLink(syscall.SOCK_STREAM) }, connLink},
	"seqpacket":  {func() (link, []*os.File, error) { return pairLink(syscall.SOCK_SEQPACKET) }, connLink},
	"unixsocket": {socketLink, connLink},
}

// longest is the longest message a mechanism takes here, if it has a limit.
var longest = map[string]int{"seqpacket": 64 << 10}

func init() {
	testRoles["peer"] = benchPeer
	testRoles["echo"] = echo
}

// startPeer starts a child in a role whose first arguments are the mechanism, the size of a message,
// and how many files follow.
func startPeer(t testing.TB, role, mechanism string, size int) (link, *lockstep.Process) {
	t.Helper()
	l, files, err := mechanisms[mechanism].here()
	if err != nil {
		t.Fatal(err)
	}
	args := []any{mechanism, size, len(files)}
	for _, f := range files {
		args = append(args, f)
	}
	p, err := lockstep.Start(role, role, args...)
	for _, f := range files {
		f.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return l, p
}

// peerLink is the other side of startPeer.
func peerLink(args lockstep.Args) (l link, size int) {
	var files []*os.File
	for i := range args.Int(2) {
		files = append(files, args.File(3+i))
	}
	l, err := mechanisms[args[0]].there(files)
	lockstep.Check(err)
	return l, args.Int(1)
}

// echo sends each message back.
func echo(args lockstep.Args) {
	l, size := peerLink(args)
	for msg := make([]byte, size); ; {
		err := l.get(msg)
		if err == io.EOF {
			return
		}
		lockstep.Check(err)
		lockstep.Check(l.put(msg))
	}
}

// TestMechanismsKeepBytes sends what is known to be awkward there and back: over every mechanism the
// same comes out, and closing is the other side's end.
func TestMechanismsKeepBytes(t *testing.T) {
	for name := range mechanisms {
		for _, size := range []int{1, 4096, 4097, 65536, 200_000} {
			if most, ok := longest[name]; ok && size > most {
				continue
			}
			l, p := startPeer(t, "echo", name, size)
			for b := range 4 {
				msg, back := make([]byte, size), make([]byte, size)
				for i := range msg {
					msg[i] = byte(i * b) // zeros, then other patterns
				}
				put := make(chan error, 1)
				go func() { put <- l.put(msg) }() // more than fits: somebody must read meanwhile
				err := l.get(back)
				if err != nil || string(back) != string(msg) {
					t.Fatalf("%s, %d bytes, pattern %d: other bytes come back, %v", name, size, b, err)
				}
				if err := <-put; err != nil {
					t.Fatalf("%s: %v", name, err)
				}
			}
			if err := l.close(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if err := p.Wait(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func bytesLink(r io.Reader, w io.Writer, close func() error) link {
	return link{
		put:   func(msg []byte) error { _, err := w.Write(msg); return err },
		get:   func(msg []byte) error { _, err := io.ReadFull(r, msg); return err },
		close: close,
	}
}

// pipes is two pipes, whose ends are used in one of the ways in pipe_test.go.
func pipes(use func(*os.File) io.ReadWriteCloser) mechanism {
	return mechanism{
		here: func() (link, []*os.File, error) {
			theirIn, out, err := os.Pipe()
			if err != nil {
				return link{}, nil, err
			}
			in, theirOut, err := os.Pipe()
			if err != nil {
				return link{}, nil, err
			}
			r, w := use(in), use(out)
			return bytesLink(r, w, func() error { r.Close(); return w.Close() }), []*os.File{theirIn, theirOut}, nil
		},
		there: func(files []*os.File) (link, error) { return bytesLink(use(files[0]), use(files[1]), nil), nil },
	}
}

// fifos is two pipes with names, which are gone when both ends are open.
func fifos() (link, []*os.File, error) {
	dir, err := os.MkdirTemp("", "ipc")
	if err != nil {
		return link{}, nil, err
	}
	defer os.RemoveAll(dir)
	theirIn, out, err := openFIFO(filepath.Join(dir, "there"))
	if err != nil {
		return link{}, nil, err
	}
	in, theirOut, err := openFIFO(filepath.Join(dir, "back"))
	if err != nil {
		return link{}, nil, err
	}
	r, w := blocking(in), blocking(out)
	return bytesLink(r, w, func() error { r.Close(); return w.Close() }), []*os.File{theirIn, theirOut}, nil
}

func pairLink(kind int) (link, []*os.File, error) {
	ours, theirs, err := socketPair(kind)
	if err != nil {
		return link{}, nil, err
	}
	l, err := connLink([]*os.File{ours})
	return l, []*os.File{theirs}, err
}

func connLink(files []*os.File) (link, error) {
	conn, err := net.FileConn(files[0])
	if err != nil {
		return link{}, err
	}
	return bytesLink(conn, conn, conn.Close), files[0].Close()
}

func socketLink() (link, []*os.File, error) {
	dir, err := os.MkdirTemp("", "ipc")
	if err != nil {
		return link{}, nil, err
	}
	defer os.RemoveAll(dir)
	ln, err := net.Listen("unix", filepath.Join(dir, "socket"))
	if err != nil {
		return link{}, nil, err
	}
	defer ln.Close()
	theirs, err := net.Dial("unix", ln.Addr().String())
	if err != nil {
		return link{}, nil, err
	}
	defer theirs.Close()
	f, err := theirs.(*net.UnixConn).File()
	if err != nil {
		return link{}, nil, err
	}
	ours, err := ln.Accept()
	if err != nil {
		return link{}, nil, err
	}
	return bytesLink(ours, ours, ours.Close), []*os.File{f}, nil
}
