package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"unsafe"

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/sharedmem/ring"
	"golang.org/x/sys/unix"
)

// Record with
//
//	go test ./examples/sharedmem -run '^$' -bench . -benchtime 0.2s -count 6 | tee testdata/sharedmem/ring.bench

const benchCapacity = 1 << 19 // bytes in the ring: seven of the largest messages

// BenchmarkTransfer sends messages from another process to this one, which reads every byte of
// them; each has a processor of its own. One iteration is one message. The pipe costs a write and
// a read each; buffered, its messages are collected until 64 KiB are there: fewer calls, and each
// message waits for others. Batched, the ring does the same: a Commit when 16 KiB are reserved.
//
// The limits are memcpy's, which waits for nobody: cached, one process copies the same message to
// the next place of as much memory as the ring has; memcpy goes through more than caches hold.
func BenchmarkTransfer(b *testing.B) {
	for _, size := range []int{64, 256, 1024, 4096, 16384, 65536} {
		for _, way := range []string{"ring", "batched", "pipe", "buffered"} {
			b.Run(fmt.Sprintf("way=%s/size=%d", way, size), func(b *testing.B) {
				source, stop := startSource(b, way, size)
				defer stop()
				var got receiver
				take := func(n int) {
					for range n {
						m, err := source()
						if err == nil {
							err = got.take(m)
						}
						if err != nil {
							b.Fatal(err)
						}
					}
				}
				take(1024) // the processes are there, the memory is mapped
				b.ResetTimer()
				take(b.N)
				b.StopTimer()
				report(b, size)
				if err := got.check(size); err != nil {
					b.Fatal(err)
				}
			})
		}
		b.Run(fmt.Sprintf("way=cached/size=%d", size), func(b *testing.B) {
			benchCopy(b, size, make([]byte, benchCapacity), make([]byte, size))
		})
		b.Run(fmt.Sprintf("way=memcpy/size=%d", size), func(b *testing.B) {
			benchCopy(b, size, make([]byte, 64<<20), make([]byte, 64<<20))
		})
	}
}

// benchCopy copies pieces of from, one after another, to places of to.
func benchCopy(b *testing.B, size int, to, from []byte) {
	for _, m := range [][]byte{to, from} {
		for i := range m {
			m[i] = byte(i)
		}
	}
	b.ResetTimer()
	for i := range b.N {
		copy(to[i*size%len(to):][:size], from[i*size%len(from):][:size])
	}
	report(b, size)
}

// BenchmarkStride lets two processes count in words that lie so many bytes apart. At less than a
// cache line they share no data and still wait for each other.
func BenchmarkStride(b *testing.B) {
	for _, stride := range []int{8, 16, 32, 64, 128, 256} {
		b.Run(fmt.Sprintf("stride=%d", stride), func(b *testing.B) { countTogether(b, stride, false) })
	}
}

// BenchmarkCount lets two processes count in one word. What is lost is reported in per cent.
func BenchmarkCount(b *testing.B) {
	for _, way := range []string{"plain", "atomic"} {
		b.Run("way="+way, func(b *testing.B) {
			memory := countTogether(b, 0, way == "plain")
			counter, err := at[uint64](memory, 0)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(100*(1-float64(*counter)/float64(2*b.N)), "%lost")
		})
	}
}

func init() {
	testRoles["bench-ring"] = benchRing
	testRoles["bench-pipe"] = benchPipe
	testRoles["bench-count"] = benchCount
}

func report(b *testing.B, size int) {
	seconds := b.Elapsed().Seconds()
	b.ReportMetric(float64(b.N)/seconds, "messages/s")
	b.ReportMetric(float64(b.N)*float64(size)/seconds, "B/s")
}

// startSource starts a process that sends messages until nobody takes them. The function it
// returns takes one.
func startSource(b *testing.B, way string, size int) (source func() ([]byte, error), stop func()) {
	fatal := func(err error) {
		if err != nil {
			b.Fatal(err)
		}
	}
	file, memory := newMemory(ring.Size(benchCapacity))
	fatal(ring.Format(memory))
	role, ends := "bench-pipe", os.Pipe
	if way == "ring" || way == "batched" {
		role, ends = "bench-ring", socketPair
	}
	ours, theirs, err := ends()
	fatal(err)
	child, err := lockstep.Start("sender", role, file, theirs, way, size)
	fatal(err)
	fatal(pin(0)) // the child is on processor 1
	theirs.Close()
	var closer io.Closer = ours
	switch way {
	case "ring", "batched":
		bell, err := net.FileConn(ours)
		fatal(err)
		ours.Close()
		r, err := ring.OpenReader(memory, bell)
		fatal(err)
		closer = r
		source = func() ([]byte, error) { return r.Next(context.Background()) }
	case "pipe":
		m := make([]byte, size)
		source = func() ([]byte, error) { _, err := io.ReadFull(ours, m); return m, err }
	case "buffered":
		in := bufio.NewReaderSize(ours, 1<<16)
		last := 0
		source = func() ([]byte, error) {
			in.Discard(last)
			last = size
			return in.Peek(size)
		}
	}
	return source, func() {
		closer.Close()
		if err := errors.Join(child.Wait(), unpin(), syscall.Munmap(memory), file.Close()); err != nil {
			b.Error(err)
		}
	}
}

func benchRing(args lockstep.Args) {
	size := args.Int(3)
	lockstep.Check(pin(1))
	w, err := ring.OpenWriter(ringOf(args))
	lockstep.Check(err)
	batch := 1
	if args[2] == "batched" {
		batch = max(1, 16384/size)
	}
	for s := newSender(size); ; {
		m, err := w.Reserve(context.Background(), size)
		if errors.Is(err, ring.ErrPeerClosed) {
			return
		}
		lockstep.Check(err)
		s.fill(m)
		if s.number%uint64(batch) == 0 {
			w.Commit()
		}
	}
}

func benchPipe(args lockstep.Args) {
	size := args.Int(3)
	lockstep.Check(pin(1))
	var out io.Writer = args.File(1)
	if args[2] == "buffered" {
		out = bufio.NewWriterSize(out, 1<<16)
	}
	m := make([]byte, size)
	for s := newSender(size); ; {
		s.fill(m)
		if _, err := out.Write(m); err != nil {
			return // nobody reads any more
		}
	}
}

// countTogether lets two processes count b.N times each, in words so many bytes apart, and returns
// the memory they count in.
func countTogether(b *testing.B, stride int, plain bool) []byte {
	file, memory := newMemory(4096)
	b.Cleanup(func() { syscall.Munmap(memory); file.Close() })
	var both []*lockstep.Process
	for i := range 2 {
		p, err := lockstep.Start(fmt.Sprintf("process %d", i+1), "bench-count", file, i*stride, i, plain)
		if err == nil {
			_, err = p.Step() // it is started, and has the memory
		}
		if err != nil {
			b.Fatal(err)
		}
		both = append(both, p)
	}
	b.ResetTimer()
	for _, p := range both {
		p.Allow(b.N)
	}
	for _, p := range both {
		if _, err := p.Answer(); err != nil {
			b.Fatal(err)
		}
	}
	b.StopTimer()
	if err := lockstep.EndAll(both...); err != nil {
		b.Fatal(err)
	}
	return memory
}

func benchCount(args lockstep.Args) {
	lockstep.Check(pin(args.Int(2)))
	memory, err := mapFile(args.File(0))
	lockstep.Check(err)
	counter, err := at[atomic.Uint64](memory, uint64(args.Int(1)))
	lockstep.Check(err)
	lockstep.Turn()
	lockstep.Done("")
	var times int
	_, err = fmt.Sscan(lockstep.Turn(), &times)
	lockstep.Check(err)
	if args[3] == "true" {
		countPlain((*uint64)(unsafe.Pointer(counter)), times)
	} else {
		countAtomic(counter, times)
	}
	lockstep.Done("")
}

// A sender makes numbered messages, and a receiver takes them and reads every byte: the same for the
// ring and the pipe. The checksum depends on every word and on the order.
type sender struct {
	template []byte
	number   uint64
}

func newSender(size int) *sender {
	s := &sender{template: make([]byte, size)}
	for i := range s.template {
		s.template[i] = byte(i * 31)
	}
	return s
}

// fill writes the next message to b.
func (s *sender) fill(b []byte) {
	copy(b, s.template)
	binary.LittleEndian.PutUint64(b, s.number)
	s.number++
}

type receiver struct{ number, checksum uint64 }

// take checks that m is the next message.
func (r *receiver) take(m []byte) error {
	if n := binary.LittleEndian.Uint64(m); n != r.number {
		return fmt.Errorf("message %d came as number %d", n, r.number)
	}
	r.number++
	r.checksum = r.checksum*0x9e3779b97f4a7c15 + sum(m)
	return nil
}

// check compares the checksum with what as many messages have to add up to.
func (r *receiver) check(size int) error {
	s, want, b := newSender(size), receiver{}, make([]byte, size)
	for range r.number {
		s.fill(b)
		want.take(b)
	}
	if r.checksum != want.checksum {
		return fmt.Errorf("%d messages have checksum %x, want %x", r.number, r.checksum, want.checksum)
	}
	return nil
}

// sum adds up the words of b, eight at a time, so that memory is the limit and not the adding.
func sum(b []byte) uint64 {
	var s0, s1, s2, s3 uint64
	for ; len(b) >= 64; b = b[64:] {
		w := (*[8]uint64)(unsafe.Pointer(unsafe.SliceData(b))) // aligned: messages are, to 8 bytes
		s0 += w[0] + w[4]
		s1 += w[1] + w[5]
		s2 += w[2] + w[6]
		s3 += w[3] + w[7]
	}
	for i, v := range b {
		s0 += uint64(v) << (i % 8 * 8)
	}
	return s0 + s1 + s2 + s3
}

// pin puts all threads of this process, and those they will start, on one processor.
// Unless each process has one of its own, a benchmark measures now a cache and now the way between
// two, whatever the scheduler likes better.
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
