//go:build unix

package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.com/lockstep/examples/hello/lockstep"
)

// benchPeer is the other side. It is told how many messages follow and whether to send them back;
// when it has them all, it sends one message.
func benchPeer(args lockstep.Args) {
	l, size := peerLink(args)
	lockstep.Check(pin(1))
	msg := make([]byte, size)
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
func timeMessages(b *testing.B, mechanism string, size, n int, echo bool) time.Duration {
	check := func(err error) {
		if err != nil {
			b.Fatal(err)
		}
	}
	l, p := startPeer(b, "peer", mechanism, size) // before we are pinned: it would inherit that, and see one processor only
	check(pin(0))                                 // the child is on processor 1
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

// metrics reports what the benchmark took, without the start of the processes.
func metrics(b *testing.B, size int, took time.Duration, echo bool) {
	ns := float64(took.Nanoseconds()) / float64(b.N)
	b.ReportMetric(ns, "ns/op")
	if !echo {
		b.ReportMetric(float64(size)*1e9/ns, "B/s")
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
		for _, name := range slices.Sorted(maps.Keys(mechanisms)) {
			if strings.HasPrefix(name, "pipe/") {
				continue // BenchmarkPipe's
			}
			if max, ok := longest[name]; ok && size > max || name == "seqpacket" && runtime.GOOS != "linux" {
				continue
			}
			at(name, func(b *testing.B) { metrics(b, size, timeMessages(b, name, size, b.N, echo), echo) })
		}
		at("channel", func(b *testing.B) { benchChannel(b, size, echo) })
		if noCompiler == nil {
			at("pipe-in-C", func(b *testing.B) { metrics(b, size, timeC(b, yardstick, size, b.N, echo), echo) })
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
	metrics(b, size, b.Elapsed(), echo)
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

// timeC is timeMessages with the yardstick, on the same processors.
func timeC(b *testing.B, path string, size, n int, echo bool) time.Duration {
	mode := "stream"
	if echo {
		mode = "rtt"
	}
	out, err := exec.Command(path, mode, strconv.Itoa(size), strconv.Itoa(n)).Output()
	if err != nil {
		b.Fatal(err)
	}
	ns, err := strconv.ParseInt(strings.TrimSpace(string(out)), 10, 64)
	if err != nil {
		b.Fatal(err)
	}
	return time.Duration(ns)
}
