//go:build unix

package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"testing"
	"time"
)

// BenchmarkPipe says what Go adds to a pipe's own cost, as shares of the throughput that the same
// test has in C. They take turns, so that whatever else the machine does, it does to all:
//
//	calls/C   the same two system calls, from Go: its scheduler is told of each
//	file/C    an os.File around them, which waits in the call: mechanism=pipe of BenchmarkThroughput
//	poller/C  an os.File as os.Pipe returns it, which waits for the poller
func BenchmarkPipe(b *testing.B) {
	yardstick, err := cPipe(b)
	if err != nil {
		b.Skipf("no yardstick in C: %v", err)
	}
	const sent = 32 << 20 // bytes each time, some 10 ms
	for _, size := range []int{4 << 10, 64 << 10} {
		b.Run(fmt.Sprintf("size=%d", size), func(b *testing.B) {
			took := map[string]time.Duration{}
			for b.Loop() {
				took["C"] += timeC(b, yardstick, size, sent/size, false)
				for way := range pipeWays {
					took[way] += timeMessages(b, "pipe/"+way, size, sent/size, false)
				}
			}
			for way := range pipeWays {
				b.ReportMetric(took["C"].Seconds()/took[way].Seconds(), way+"/C")
			}
		})
	}
}

var pipeWays = map[string]func(*os.File) io.ReadWriteCloser{
	"calls": bare, "file": blocking, "poller": polled,
}

func init() {
	for way, use := range pipeWays {
		mechanisms["pipe/"+way] = pipes(use)
	}
}

// blocking makes a file wait in read and write themselves, as a child's inherited ones do. The end
// that a process keeps of its os.Pipe does not, until its descriptor is asked for.
func blocking(f *os.File) io.ReadWriteCloser {
	f.Fd()
	return f
}

// polled makes a file wait for the poller. An inherited one doesn't, unless it is told to.
func polled(f *os.File) io.ReadWriteCloser {
	fd, err := syscall.Dup(int(f.Fd()))
	if err = errors.Join(err, f.Close(), syscall.SetNonblock(fd, true)); err != nil {
		panic(err)
	}
	syscall.CloseOnExec(fd)
	return os.NewFile(uintptr(fd), f.Name())
}

// bareFile has the two system calls and nothing around them.
type bareFile struct {
	*os.File // keeps the descriptor open
	fd       int
}

func bare(f *os.File) io.ReadWriteCloser { return bareFile{f, int(f.Fd())} }

func (f bareFile) Read(p []byte) (int, error) {
	for {
		switch n, err := syscall.Read(f.fd, p); {
		case err == syscall.EINTR:
		case err != nil:
			return 0, err
		case n == 0:
			return 0, io.EOF
		default:
			return n, nil
		}
	}
}

func (f bareFile) Write(p []byte) (int, error) {
	for done := 0; ; {
		n, err := syscall.Write(f.fd, p[done:])
		if err != nil && err != syscall.EINTR {
			return done, err
		}
		if done += max(n, 0); done == len(p) {
			return done, nil
		}
	}
}
