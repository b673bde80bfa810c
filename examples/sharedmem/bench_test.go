//go:build unix

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"testing"

	"example.com/lockstep/examples/sharedmem/ring"
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
				if err := got.checkAgainst(size); err != nil {
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

// BenchmarkChecksum sends 10⁷ messages of 64 bytes and compares the checksum of all their words.
func BenchmarkChecksum(b *testing.B) {
	const messages, size = 10_000_000, 64
	for b.Loop() {
		source, stop := startSource(b, "ring", size)
		var got receiver
		for range messages {
			m, err := source()
			if err == nil {
				err = got.take(m)
			}
			if err != nil {
				b.Fatal(err)
			}
		}
		stop()
		b.StopTimer()
		if err := got.checkAgainst(size); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	b.ReportMetric(messages*float64(b.N)/b.Elapsed().Seconds(), "messages/s")
}

// BenchmarkStride lets two processes count in words that lie so many bytes apart. At less than a
// cache line they share no data and still wait for each other.
func BenchmarkStride(b *testing.B) {
	for _, stride := range []int{8, 16, 32, 64, 128, 256} {
		b.Run(fmt.Sprintf("stride=%d", stride), func(b *testing.B) {
			runTeam(b, "bench-count", strconv.Itoa(stride), strconv.Itoa(b.N), "false")
		})
	}
}

// BenchmarkCount lets two processes count in one word. What is lost is reported in per cent.
func BenchmarkCount(b *testing.B) {
	for _, way := range []string{"plain", "atomic"} {
		b.Run("way="+way, func(b *testing.B) {
			mem := runTeam(b, "bench-count", "0", strconv.Itoa(b.N), strconv.FormatBool(way == "plain"))
			counter, err := at[uint64](mem.bytes, 0)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(100*(1-float64(*counter)/float64(2*b.N)), "%lost")
		})
	}
}

func init() {
	variants = append(variants,
		variant{"bench-ring", "", benchRing},
		variant{"bench-pipe", "", benchPipe},
		variant{"bench-count", "", benchCount},
	)
}

func report(b *testing.B, size int) {
	seconds := b.Elapsed().Seconds()
	b.ReportMetric(float64(b.N)/seconds, "messages/s")
	b.ReportMetric(float64(b.N)*float64(size)/seconds, "B/s")
}

// checkAgainst compares with what as many messages have to add up to.
func (r *receiver) checkAgainst(size int) error {
	if want := expected(r.number, size); r.checksum != want {
		return fmt.Errorf("%d messages have checksum %x, want %x", r.number, r.checksum, want)
	}
	return nil
}

// startSource starts a process that sends messages until nobody takes them. The function it
// returns takes one.
func startSource(b *testing.B, way string, size int) (source func() ([]byte, error), stop func()) {
	fatal := func(err error) {
		if err != nil {
			b.Fatal(err)
		}
	}
	mem, err := newMemory(ring.Size(benchCapacity))
	fatal(err)
	fatal(ring.Format(mem.bytes))
	var ends [2]*os.File
	role := "bench-pipe"
	if way == "ring" || way == "batched" {
		role = "bench-ring"
		ends, err = socketPair()
	} else {
		ends[0], ends[1], err = os.Pipe()
	}
	fatal(err)
	child := self(role, way, strconv.Itoa(size))
	child.ExtraFiles = []*os.File{mem.file, ends[1]}
	_, err = child.StdinPipe()
	fatal(err)
	fatal(child.Start())
	fatal(pin(0)) // the child is on processor 1
	ends[1].Close()
	var closer io.Closer = ends[0]
	switch way {
	case "ring", "batched":
		bell, err := connOf(ends[0])
		fatal(err)
		r, err := ring.OpenReader(mem.bytes, bell)
		fatal(err)
		closer = r
		source = func() ([]byte, error) { return r.Next(context.Background()) }
	case "pipe":
		m := make([]byte, size)
		source = func() ([]byte, error) { _, err := io.ReadFull(ends[0], m); return m, err }
	case "buffered":
		in := bufio.NewReaderSize(ends[0], 1<<16)
		last := 0
		source = func() ([]byte, error) {
			in.Discard(last)
			last = size
			return in.Peek(size)
		}
	}
	return source, func() {
		closer.Close()
		if err := errors.Join(child.Wait(), unpin(), mem.close()); err != nil {
			b.Error(err)
		}
	}
}

func benchRing(args []string) error {
	endWithParent()
	size, err1 := strconv.Atoi(args[1])
	mem, err2 := inherited()
	bell, err3 := inheritedBell()
	if err := errors.Join(err1, err2, err3, pin(1)); err != nil {
		return err
	}
	w, err := ring.OpenWriter(mem.bytes, bell)
	if err != nil {
		return err
	}
	batch := 1
	if args[0] == "batched" {
		batch = max(1, 16384/size)
	}
	for s := newSender(size); ; {
		m, err := w.Reserve(context.Background(), size)
		if errors.Is(err, ring.ErrPeerClosed) {
			return nil
		}
		if err != nil {
			return err
		}
		s.fill(m)
		if s.number%uint64(batch) == 0 {
			w.Commit()
		}
	}
}

func benchPipe(args []string) error {
	endWithParent()
	size, err := strconv.Atoi(args[1])
	if err := errors.Join(err, pin(1)); err != nil {
		return err
	}
	var out io.Writer = os.NewFile(4, "pipe")
	if args[0] == "buffered" {
		out = bufio.NewWriterSize(out, 1<<16)
	}
	m := make([]byte, size)
	for s := newSender(size); ; {
		s.fill(m)
		if _, err := out.Write(m); err != nil {
			return nil // nobody reads any more
		}
	}
}

// runTeam lets two processes count b.N times each, and returns the memory they count in.
func runTeam(b *testing.B, role string, args ...string) *memory {
	mem, err := newMemory(4096)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { mem.close() })
	team, err := startTeam(mem, 2, role, args...)
	if err != nil {
		b.Fatal(err)
	}
	for _, w := range team { // they are started, and have the memory
		if err := w.step(); err != nil {
			b.Fatal(err)
		}
	}
	b.ResetTimer()
	for _, w := range team {
		w.allow()
	}
	var errs []error
	for _, w := range team {
		errs = append(errs, w.await())
	}
	b.StopTimer()
	if err := errors.Join(append(errs, endAll(team))...); err != nil {
		b.Fatal(err)
	}
	return mem
}

func benchCount(args []string) error {
	me, err1 := strconv.ParseUint(args[1], 10, 64)
	stride, err2 := strconv.ParseUint(args[3], 10, 64)
	times, err3 := strconv.Atoi(args[4])
	plain, err4 := strconv.ParseBool(args[5])
	mem, err5 := inherited()
	if err := errors.Join(err1, err2, err3, err4, err5, pin(int(me)), turn(), done(), turn()); err != nil {
		return err
	}
	if err := countUp(mem.bytes, me*stride, times, plain); err != nil {
		return err
	}
	return done()
}
