package main

import (
	"encoding/binary"
	"errors"
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
	"time"

	"example.com/lockstep/examples/hello/lockstep"
	"golang.org/x/sys/unix"
)

func init() { testRoles["peer"] = benchPeer }

// A link is one side of a connection both ways. put and get move a whole message, whose length both
// sides know. close makes the other side's get return io.EOF.
type link struct {
	put, get func(msg []byte) error
	close    func() error
}

// A mechanism makes the files for both sides of a connection, and a link of one side's.
type mechanism struct {
	longest int // message, in bytes
	open    func() (ours, theirs []*os.File, err error)
	link    func(files []*os.File) (link, error)
}

var mechanisms = map[string]mechanism{
	"pipe":       {1 << 20, openPipes, linkPipes},
	"unixsocket": {1 << 20, openSockets(syscall.SOCK_STREAM), linkSocket},
	"seqpacket":  {64 << 10, openSockets(syscall.SOCK_SEQPACKET), linkSocket},
	"mqueue":     {4 << 10, openQueues, linkQueues}, // 8 KiB at most, unless root allows more
}

func openPipes() (ours, theirs []*os.File, err error) {
	theirIn, out, err1 := os.Pipe()
	in, theirOut, err2 := os.Pipe()
	return []*os.File{in, out}, []*os.File{theirIn, theirOut}, errors.Join(err1, err2)
}

func linkPipes(files []*os.File) (link, error) {
	for _, f := range files {
		f.Fd() // from now on both sides wait in read and write themselves, as a child's inherited files do
	}
	return bytesLink(files[0], files[1], func() error { return errors.Join(files[0].Close(), files[1].Close()) }), nil
}

func openSockets(kind int) func() (ours, theirs []*os.File, err error) {
	return func() (ours, theirs []*os.File, err error) {
		a, b, err := socketPair(kind)
		return []*os.File{a}, []*os.File{b}, err
	}
}

func linkSocket(files []*os.File) (link, error) {
	conn, err := net.FileConn(files[0])
	if err != nil {
		return link{}, err
	}
	return bytesLink(conn, conn, conn.Close), files[0].Close()
}

func bytesLink(r io.Reader, w io.Writer, close func() error) link {
	return link{
		put:   func(msg []byte) error { _, err := w.Write(msg); return err },
		get:   func(msg []byte) error { _, err := io.ReadFull(r, msg); return err },
		close: close,
	}
}

func openQueues() (ours, theirs []*os.File, err error) {
	there, err1 := newMessageQueue(8, 4<<10)
	back, err2 := newMessageQueue(8, 4<<10)
	return []*os.File{back, there}, []*os.File{there, back}, errors.Join(err1, err2)
}

// linkQueues ends with an empty message, for a message queue has no end-of-file.
func linkQueues(files []*os.File) (link, error) {
	in, out, buf := files[0], files[1], make([]byte, 4<<10)
	return link{
		put: func(msg []byte) error { return send(out, msg, 0) },
		get: func(msg []byte) error {
			got, _, err := receive(in, buf)
			if err == nil && len(got) == 0 {
				return io.EOF
			}
			copy(msg, got)
			return err
		},
		close: func() error { return errors.Join(send(out, nil, 0), in.Close(), out.Close()) },
	}, nil
}

// benchPeer is the other side. It is told how many messages follow and whether to send them back;
// when it has them all, it sends one message.
func benchPeer(args lockstep.Args) {
	var files []*os.File
	for i := 2; i < len(args); i++ {
		files = append(files, args.File(i))
	}
	l, err := mechanisms[args[0]].link(files)
	lockstep.Check(err)
	lockstep.Check(pin(1))
	msg := make([]byte, args.Int(1))
	for {
		err := l.get(msg)
		if err == io.EOF {
			return
		}
		lockstep.Check(err)
		n, echo := binary.BigEndian.Uint64(msg), msg[8] == 1
		lockstep.Check(l.put(msg)) // ready
		for range n {
			lockstep.Check(l.get(msg))
			if echo {
				lockstep.Check(l.put(msg))
			}
		}
		lockstep.Check(l.put(msg))
	}
}

// timeMessages sends n messages to a child and says how long it took, without its start. Each process
// has a processor of its own: otherwise the scheduler decides, anew each time, whether they share one,
// and the figures of two runs are several times apart.
func timeMessages(b *testing.B, name string, size, n int, echo bool) time.Duration {
	check := func(err error) {
		if err != nil {
			b.Fatal(err)
		}
	}
	ours, theirs, err := mechanisms[name].open()
	check(err)
	args := []any{name, size}
	for _, f := range theirs {
		args = append(args, f)
	}
	p, err := lockstep.Start("peer", "peer", args...) // before we are pinned: it would inherit that, and see one processor only
	check(err)
	for _, f := range theirs {
		if !slices.Contains(ours, f) {
			f.Close()
		}
	}
	l, err := mechanisms[name].link(ours)
	check(err)
	check(pin(0)) // the child is on processor 1
	defer func() { check(unpin()) }()
	msg := make([]byte, size)
	binary.BigEndian.PutUint64(msg, uint64(n))
	if echo {
		msg[8] = 1
	}
	check(l.put(msg))
	check(l.get(msg))
	start := time.Now()
	for range n {
		check(l.put(msg))
		if echo {
			check(l.get(msg))
		}
	}
	if !echo {
		check(l.get(msg))
	}
	took := time.Since(start)
	if echo {
		check(l.get(msg))
	}
	check(l.close())
	check(p.Wait())
	return took
}

func BenchmarkRoundTrip(b *testing.B) { each(b, true) }

func BenchmarkThroughput(b *testing.B) { each(b, false) }

func each(b *testing.B, echo bool) {
	yardstick, noCompiler := cPipe(b)
	if noCompiler != nil {
		b.Logf("no yardstick in C: %v", noCompiler)
	}
	for _, size := range []int{64, 1 << 10, 4 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20} {
		at := func(name string, time func(b *testing.B) time.Duration) {
			b.Run(fmt.Sprintf("mechanism=%s/size=%d", name, size), func(b *testing.B) {
				ns := float64(time(b).Nanoseconds()) / float64(b.N) // without the start of the processes
				b.ReportMetric(ns, "ns/op")
				if !echo {
					b.ReportMetric(float64(size)*1e9/ns, "B/s")
				}
			})
		}
		for _, name := range slices.Sorted(maps.Keys(mechanisms)) {
			if size <= mechanisms[name].longest {
				at(name, func(b *testing.B) time.Duration { return timeMessages(b, name, size, b.N, echo) })
			}
		}
		at("channel", func(b *testing.B) time.Duration { return timeChannel(b, size, echo) })
		if noCompiler == nil {
			at("pipe-in-C", func(b *testing.B) time.Duration { return timeC(b, yardstick, size, echo) })
		}
	}
}

// timeChannel copies each message, as two processes must; most programs pass the slice.
func timeChannel(b *testing.B, size int, echo bool) time.Duration {
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
	return b.Elapsed()
}

// cPipe compiles the yardstick, if there is a C compiler.
func cPipe(b *testing.B) (string, error) {
	path := filepath.Join(b.TempDir(), "pipe")
	out, err := exec.Command("cc", "-O2", "-Wall", "-o", path, "../../testdata/ipc/pipe.c").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
}

// timeC is timeMessages with the yardstick, on the same processors.
func timeC(b *testing.B, path string, size int, echo bool) time.Duration {
	mode := map[bool]string{true: "rtt", false: "stream"}[echo]
	out, err := exec.Command(path, mode, strconv.Itoa(size), strconv.Itoa(b.N)).Output()
	if err != nil {
		b.Fatal(err)
	}
	took, err := time.ParseDuration(strings.TrimSpace(string(out)) + "ns")
	if err != nil {
		b.Fatal(err)
	}
	return took
}

// pin puts all threads of this process, and those they will start, on one processor.
func pin(cpu int) error {
	var set unix.CPUSet
	set.Set(cpu % runtime.NumCPU())
	return affinity(&set)
}

func unpin() error {
	var set unix.CPUSet
	for cpu := range runtime.NumCPU() {
		set.Set(cpu)
	}
	return affinity(&set)
}

func affinity(set *unix.CPUSet) error {
	threads, err := os.ReadDir("/proc/self/task")
	for _, thread := range threads {
		tid, notNumber := strconv.Atoi(thread.Name())
		err = errors.Join(err, notNumber)
		if failed := unix.SchedSetaffinity(tid, set); failed != unix.ESRCH { // it has not ended since
			err = errors.Join(err, failed)
		}
	}
	return err
}
