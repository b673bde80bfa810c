//go:build unix

package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

func init() { variants = append(variants, variant{"bench-peer", "", benchPeer}) }

// A link is the parent's side of a connection both ways, carrying messages of one size. put and get
// move a whole message.
type link struct {
	put, get func(msg []byte) error
	close    func() error
}

// links open a connection with a child, and run in both processes: cmd is nil in the child.
var links = map[string]func(cmd *exec.Cmd) (link, error){
	"pipe":       pipeLink,
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

// pipeLink is two pipes. Both processes wait in read and write themselves, as the C program does
// and as the children of the variant extrafile do; os.Pipe's own way is to ask the poller first.
func pipeLink(cmd *exec.Cmd) (link, error) {
	if cmd == nil {
		return bytesLink(os.NewFile(3, "pipe"), os.NewFile(4, "pipe"), nil), nil
	}
	theirIn, out, err := os.Pipe()
	if err != nil {
		return link{}, err
	}
	in, theirOut, err := os.Pipe()
	if err != nil {
		return link{}, err
	}
	out.Fd() // from now on it blocks
	in.Fd()
	cmd.ExtraFiles = []*os.File{theirIn, theirOut}
	return bytesLink(in, out, func() error { in.Close(); return out.Close() }), nil
}

// fifoLink is pipeLink with names, which are gone when both ends are open.
func fifoLink(cmd *exec.Cmd) (link, error) {
	if cmd == nil {
		return pipeLink(nil)
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
	out.Fd() // from now on it blocks
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

// benchPeer is the other side. It is told how many messages follow and whether to send them back;
// when it has them all, it sends one message.
func benchPeer(args []string) error {
	size, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	l, err := links[args[0]](nil)
	if err != nil {
		return err
	}
	msg := make([]byte, size)
	for {
		if err := l.get(msg); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		n, echo := binary.BigEndian.Uint64(msg), msg[8] == 1
		if err := l.put(msg); err != nil { // ready
			return err
		}
		for range n {
			if err := l.get(msg); err != nil {
				return err
			}
			if echo {
				if err := l.put(msg); err != nil {
					return err
				}
			}
		}
		if err := l.put(msg); err != nil {
			return err
		}
	}
}

// exchange sends b.N messages to a child.
func exchange(b *testing.B, mechanism string, size int, echo bool) {
	cmd := self("bench-peer", mechanism, strconv.Itoa(size))
	l, err := links[mechanism](cmd)
	if err != nil {
		b.Fatal(err)
	}
	check := func(err error) {
		if err != nil {
			b.Fatal(err)
		}
	}
	check(cmd.Start())
	for _, f := range cmd.ExtraFiles {
		f.Close()
	}
	msg := make([]byte, size)
	binary.BigEndian.PutUint64(msg, uint64(b.N))
	if echo {
		msg[8] = 1
	}
	check(l.put(msg))
	check(l.get(msg))
	b.ResetTimer()
	for range b.N {
		check(l.put(msg))
		if echo {
			check(l.get(msg))
		}
	}
	if !echo {
		check(l.get(msg))
	}
	b.StopTimer()
	rate(b, size, float64(b.Elapsed().Nanoseconds())/float64(b.N), echo)
	if echo {
		check(l.get(msg))
	}
	check(l.close())
	check(cmd.Wait())
}

func rate(b *testing.B, size int, nsPerOp float64, echo bool) {
	if !echo {
		b.ReportMetric(float64(size)*1e9/nsPerOp, "B/s")
	}
}

var sizes = []int{64, 1 << 10, 4 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20}

func BenchmarkRoundTrip(b *testing.B) { each(b, true) }

func BenchmarkThroughput(b *testing.B) { each(b, false) }

func each(b *testing.B, echo bool) {
	yardstick, noCompiler := cPipe(b)
	if noCompiler != nil {
		b.Logf("no yardstick in C: %v", noCompiler)
	}
	for _, size := range sizes {
		at := func(name string, f func(b *testing.B)) {
			b.Run(fmt.Sprintf("mechanism=%s/size=%d", name, size), f)
		}
		for _, name := range slices.Sorted(maps.Keys(links)) {
			if max, ok := longest[name]; ok && size > max || name == "seqpacket" && runtime.GOOS != "linux" {
				continue
			}
			at(name, func(b *testing.B) { exchange(b, name, size, echo) })
		}
		at("channel", func(b *testing.B) { benchChannel(b, size, echo) })
		if noCompiler == nil {
			at("pipe-in-C", func(b *testing.B) { benchC(b, yardstick, size, echo) })
		}
	}
}

// benchChannel copies each message, as two processes must; most programs pass the slice.
func benchChannel(b *testing.B, size int, echo bool) {
	there, back := make(chan []byte, 16), make(chan []byte, 16)
	go func() {
		for msg := range there {
			if echo {
				back <- append([]byte(nil), msg...)
			}
		}
		close(back)
	}()
	msg := make([]byte, size)
	for b.Loop() {
		there <- append([]byte(nil), msg...)
		if echo {
			<-back
		}
	}
	close(there)
	for range back {
	}
	rate(b, size, float64(b.Elapsed().Nanoseconds())/float64(b.N), echo)
}

// cPipe compiles the yardstick, if there is a C compiler.
func cPipe(b *testing.B) (string, error) {
	compiler, err := exec.LookPath("cc")
	if err != nil {
		return "", err
	}
	path := filepath.Join(b.TempDir(), "pipe")
	out, err := exec.Command(compiler, "-O2", "-Wall", "-o", path, filepath.Join("..", "..", "testdata", "ipc", "pipe.c")).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
}

func benchC(b *testing.B, path string, size int, echo bool) {
	mode := "stream"
	if echo {
		mode = "rtt"
	}
	out, err := exec.Command(path, mode, strconv.Itoa(size), strconv.Itoa(b.N)).Output()
	if err != nil {
		b.Fatal(err)
	}
	ns, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
	if err != nil {
		b.Fatal(err)
	}
	ns /= float64(b.N)
	b.ReportMetric(ns, "ns/op") // without the start of the processes
	rate(b, size, ns, echo)
}
