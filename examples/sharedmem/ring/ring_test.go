package ring

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"runtime"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"
)

// The ring's code does not know whether its memory is shared by processes. These tests run it
// between goroutines over ordinary memory, where the race detector sees it.

// memory returns n bytes that begin on a cache line.
func memory(n int) []byte {
	b := make([]byte, n+alignment)
	off := -int(uintptr(unsafe.Pointer(&b[0]))) & (alignment - 1)
	return b[off:][:n:n]
}

func formatted(t testing.TB, capacity int) []byte {
	t.Helper()
	mem := memory(Size(capacity))
	if err := Format(mem); err != nil {
		t.Fatal(err)
	}
	return mem
}

func pair(t testing.TB, capacity int) (*Writer, *Reader, []byte) {
	t.Helper()
	mem := formatted(t, capacity)
	a, b := net.Pipe()
	w, err := OpenWriter(mem, a)
	if err != nil {
		t.Fatal(err)
	}
	r, err := OpenReader(mem, b)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close(); r.Close() })
	return w, r, mem
}

// soon is the end of every wait: nothing here may hang.
func soon(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func send(ctx context.Context, w *Writer, s string) error {
	b, err := w.Reserve(ctx, len(s))
	if err != nil {
		return err
	}
	copy(b, s)
	w.Commit()
	return nil
}

// Messages of every length a ring takes arrive whole and in order, across its end many times.
func TestMessagesArriveInOrder(t *testing.T) {
	for _, capacity := range []int{64, 128, 1024, 1 << 16} {
		t.Run(fmt.Sprint(capacity), func(t *testing.T) {
			w, r, _ := pair(t, capacity)
			ctx := soon(t)
			messages := min(20_000, 8_000_000/capacity)
			length := func(i int) int { return i * 7919 % (w.Max() + 1) }
			failed := make(chan error, 1)
			go func() {
				failed <- func() error {
					for i := range messages {
						b, err := w.Reserve(ctx, length(i))
						if err != nil {
							return err
						}
						for j := range b {
							b[j] = byte(i + j)
						}
						if i%3 == 0 { // so that some commits send several
							w.Commit()
						}
					}
					return errors.Join(w.Drain(ctx), w.Close())
				}()
			}()
			for i := range messages {
				b, err := r.Next(ctx)
				if err != nil {
					t.Fatalf("message %d: %v", i, err)
				}
				if len(b) != length(i) {
					t.Fatalf("message %d has %d bytes, want %d", i, len(b), length(i))
				}
				for j := range b {
					if b[j] != byte(i+j) {
						t.Fatalf("message %d: byte %d is %d, want %d", i, j, b[j], byte(i+j))
					}
				}
			}
			if _, err := r.Next(ctx); err != io.EOF {
				t.Errorf("after the last message: %v, want EOF", err)
			}
			if err := <-failed; err != nil {
				t.Error(err)
			}
		})
	}
}

// The indices count bytes for ever. Messages arrive also where an index passes 2³¹, 2³² or 2⁶³, and
// where it begins again at zero.
func TestIndicesPassTheirEnds(t *testing.T) {
	for _, end := range []uint64{1 << 31, 1 << 32, 1 << 63, 0} {
		t.Run(fmt.Sprintf("%#x", end-1), func(t *testing.T) {
			w, r, _ := pair(t, 64)
			begin := end - 1000
			w.head, w.tail, w.next = begin, begin, begin
			r.head, r.tail, r.next = begin, begin, begin
			w.h.head.Store(begin)
			w.h.tail.Store(begin)
			failed := make(chan error, 1)
			go func() {
				failed <- func() error {
					for i := range 100 {
						if err := send(soon(t), w, "abcdefghijklmnopqrst"[:i%20]); err != nil {
							return fmt.Errorf("message %d: %w", i, err)
						}
					}
					return errors.Join(w.Drain(soon(t)), w.Close())
				}()
			}()
			for i := range 100 {
				if b, err := r.Next(soon(t)); err != nil || string(b) != "abcdefghijklmnopqrst"[:i%20] {
					t.Fatalf("message %d: %q, %v", i, b, err)
				}
			}
			if _, err := r.Next(soon(t)); err != io.EOF {
				t.Errorf("after the last message: %v, want EOF", err)
			}
			if err := <-failed; err != nil {
				t.Error(err)
			}
			if r.next-end >= 1<<31 {
				t.Errorf("the messages end at %#x, before %#x", r.next, end)
			}
		})
	}
}

func TestWhatIsNotCommittedIsNotSeen(t *testing.T) {
	w, r, _ := pair(t, 1024)
	if _, err := w.Reserve(soon(t), 8); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	enough := errors.New("enough")
	cancel(enough)
	if b, err := r.Next(ctx); err != enough {
		t.Errorf("Next = %q, %v before the commit, want it to wait for its context's end", b, err)
	}
	w.Commit()
	if b, err := r.Next(soon(t)); err != nil || len(b) != 8 {
		t.Errorf("Next = %q, %v after the commit", b, err)
	}
}

// strokes counts how often a bell is rung.
type strokes struct {
	io.ReadWriteCloser
	n atomic.Int64
}

func (s *strokes) Write(b []byte) (int, error) {
	s.n.Add(1)
	return s.ReadWriteCloser.Write(b)
}

// While neither side waits, nobody makes a system call for the other: the bell is silent.
func TestNobodyIsRungWhoIsAwake(t *testing.T) {
	mem := formatted(t, 1024)
	a, b := net.Pipe()
	there, back := &strokes{ReadWriteCloser: a}, &strokes{ReadWriteCloser: b}
	w, err := OpenWriter(mem, there)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	r, err := OpenReader(mem, back)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	ctx := soon(t)
	for i := range 1000 {
		if err := send(ctx, w, fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
		if got, err := r.Next(ctx); err != nil || string(got) != fmt.Sprint(i) {
			t.Fatalf("Next = %q, %v; want %d", got, err, i)
		}
	}
	if n := there.n.Load() + back.n.Load(); n != 0 {
		t.Errorf("the bell was rung %d times, want never", n)
	}
	// One who sleeps is rung; one who is about to may see the message first.
	for there.n.Load() == 0 {
		taken := make(chan error, 1)
		go func() {
			_, err := r.Next(ctx)
			taken <- err
		}()
		for w.h.readerSleeps.Load() == 0 && ctx.Err() == nil {
			runtime.Gosched()
		}
		if err := send(ctx, w, "wake up"); err != nil {
			t.Fatal(err)
		}
		if err := <-taken; err != nil {
			t.Fatal(err)
		}
	}
}

// A full ring holds back the writer until the reader comes back for more.
func TestFullRingHoldsBackTheWriter(t *testing.T) {
	w, r, _ := pair(t, 64)
	ctx := soon(t)
	for range 4 {
		if err := send(ctx, w, "12345678"); err != nil {
			t.Fatal(err)
		}
	}
	past, cancel := context.WithDeadline(context.Background(), time.Now())
	defer cancel()
	if err := send(past, w, "x"); err != context.DeadlineExceeded {
		t.Fatalf("a fifth message: %v, want it to wait", err)
	}
	sent := make(chan error, 1)
	go func() { sent <- send(ctx, w, "fifth") }()
	for range 4 {
		if _, err := r.Next(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if b, err := r.Next(ctx); err != nil || string(b) != "fifth" {
		t.Errorf("Next = %q, %v", b, err)
	}
	if err := <-sent; err != nil {
		t.Error(err)
	}
}

// A side that ends without Close has died; the other takes what is there, and is told. It is told
// when it was asleep before, and when it comes later.
func TestDeathIsSeen(t *testing.T) {
	t.Run("reader, of the writer", func(t *testing.T) {
		w, r, _ := pair(t, 1024)
		if err := send(soon(t), w, "last words"); err != nil {
			t.Fatal(err)
		}
		w.bell.conn.Close() // what the kernel does for the dead
		if b, err := r.Next(soon(t)); err != nil || string(b) != "last words" {
			t.Errorf("Next = %q, %v", b, err)
		}
		for range 2 {
			if _, err := r.Next(soon(t)); err != ErrPeerDied {
				t.Errorf("Next = %v, want ErrPeerDied", err)
			}
		}
	})
	t.Run("reader asleep", func(t *testing.T) {
		w, r, _ := pair(t, 1024)
		go func() {
			for w.h.readerSleeps.Load() == 0 {
				runtime.Gosched()
			}
			w.bell.conn.Close()
		}()
		if _, err := r.Next(soon(t)); err != ErrPeerDied {
			t.Errorf("Next = %v, want ErrPeerDied", err)
		}
	})
	t.Run("writer asleep", func(t *testing.T) {
		w, r, _ := pair(t, 64)
		go func() {
			for r.h.writerSleeps.Load() == 0 {
				runtime.Gosched()
			}
			r.bell.conn.Close()
		}()
		var err error
		for err == nil {
			err = send(soon(t), w, "message")
		}
		if err != ErrPeerDied {
			t.Errorf("Reserve = %v, want ErrPeerDied", err)
		}
	})
	t.Run("writer with room", func(t *testing.T) {
		w, r, _ := pair(t, 1<<20)
		r.bell.conn.Close()
		<-w.bell.dead
		if err := send(soon(t), w, "message"); err != ErrPeerDied {
			t.Errorf("Reserve = %v, want ErrPeerDied", err)
		}
	})
}

func TestCloseIsNoDeath(t *testing.T) {
	w, r, _ := pair(t, 64)
	ctx := soon(t)
	if err := send(ctx, w, "a"); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Next(ctx); err != nil {
		t.Fatal(err)
	}
	r.Close()
	if err := w.Drain(ctx); err != nil {
		t.Errorf("Drain = %v: all was taken", err)
	}
	<-w.bell.dead
	if _, err := w.Reserve(ctx, 1); err != ErrPeerClosed {
		t.Errorf("Reserve = %v, want ErrPeerClosed", err)
	}
	if _, err := r.Next(ctx); err != ErrClosed {
		t.Errorf("Next = %v, want ErrClosed", err)
	}
	w.Close()
	if _, err := w.Reserve(ctx, 1); err != ErrClosed {
		t.Errorf("Reserve = %v, want ErrClosed", err)
	}
}

func TestOneWriterOneReader(t *testing.T) {
	_, _, mem := pair(t, 64)
	a, _ := net.Pipe()
	if _, err := OpenWriter(mem, a); err != ErrTaken {
		t.Errorf("a second writer: %v", err)
	}
	if _, err := OpenReader(mem, a); err != ErrTaken {
		t.Errorf("a second reader: %v", err)
	}
}

func TestTooLong(t *testing.T) {
	w, _, _ := pair(t, 64)
	for _, n := range []int{-1, w.Max() + 1, math.MaxInt} {
		if _, err := w.Reserve(soon(t), n); !errors.Is(err, ErrTooLong) {
			t.Errorf("Reserve(%d) = %v, want ErrTooLong", n, err)
		}
	}
	if _, err := w.Reserve(soon(t), w.Max()); err != nil {
		t.Errorf("Reserve(Max) = %v", err)
	}
}

// What is no ring is refused on open, with the reason.
func TestForeignMappings(t *testing.T) {
	good := func() []byte { return formatted(t, 64) }
	put := func(off uintptr, v uint64) []byte {
		mem := good()
		binary.NativeEndian.PutUint64(mem[off:], v)
		return mem
	}
	var h header
	for _, test := range []struct {
		name, field string
		mem         []byte
	}{
		{"nil", "size", nil},
		{"header only", "size", good()[:headerSize]},
		{"cut short", "size", good()[:headerSize+32]},
		{"no power of two", "size", memory(Size(96))},
		{"misaligned", "alignment", memory(Size(64) + 8)[8:]},
		{"never formatted", "magic", memory(Size(64))},
		{"another program's", "magic", put(unsafe.Offsetof(h.magic), 0x0102030405060708)},
		{"another byte order", "magic", put(unsafe.Offsetof(h.magic), 0x6c636b2d72696e67)},
		{"the next version", "version", put(unsafe.Offsetof(h.version), version+1)},
		{"half of a ring", "capacity", put(unsafe.Offsetof(h.capacity), 128)},
		{"head without a reader", "head", put(unsafe.Offsetof(h.head), 8)},
		{"tail out of step", "tail", put(unsafe.Offsetof(h.tail), 4)},
		{"tail beyond the ring", "tail", put(unsafe.Offsetof(h.tail), 72)},
	} {
		t.Run(test.name, func(t *testing.T) {
			a, _ := net.Pipe()
			_, err := OpenReader(test.mem, a)
			var format *FormatError
			if !errors.As(err, &format) || format.Field != test.field {
				t.Errorf("OpenReader = %v, want a FormatError for %s", err, test.field)
			}
		})
	}
	a, _ := net.Pipe()
	if _, err := OpenWriter(put(unsafe.Offsetof(h.tail), 8), a); err == nil {
		t.Error("OpenWriter takes a ring with messages from nobody")
	}
	if err := Format(memory(Size(96))); err == nil {
		t.Error("Format takes 96 bytes, no power of two")
	}
}

// The other side may write anything into the indices: an error, whichever side meets it.
func TestCorruptIndices(t *testing.T) {
	for _, bad := range []uint64{4, 72, 1 << 63, 1<<64 - 8} {
		w, r, _ := pair(t, 64)
		w.h.tail.Store(bad)
		if _, err := r.Next(soon(t)); err != ErrCorrupt {
			t.Errorf("tail %#x: Next = %v, want ErrCorrupt", bad, err)
		}
		w, r, _ = pair(t, 64)
		r.h.head.Store(bad)
		if err := w.Drain(soon(t)); err != ErrCorrupt {
			t.Errorf("head %#x: Drain = %v, want ErrCorrupt", bad, err)
		}
	}
}

// Whatever lies in the ring, the reader takes messages that fit, or an error; it never panics,
// and never takes more messages than there is room for.
func FuzzReader(f *testing.F) {
	f.Add(uint64(16), []byte("\x03\x00\x00\x00\xfc\xff\xff\xffabc"))
	f.Add(uint64(64), []byte{})
	f.Add(uint64(24), []byte("\xff\xff\xff\xff\x00\x00\x00\x00"))
	f.Add(uint64(128), []byte("\xff\xff\xff\x7f\x00\x00\x00\x80"))
	f.Add(uint64(1<<63), []byte("\x08\x00\x00\x00\xf7\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, tail uint64, data []byte) {
		w, r, mem := pair(t, 128)
		copy(mem[headerSize:], data)
		w.h.tail.Store(tail)
		w.Close()
		for n := 0; ; n++ {
			b, err := r.Next(soon(t))
			if err == io.EOF || err == ErrCorrupt {
				return
			}
			if err != nil || len(b) > w.Max() || n > 128/prefix {
				t.Fatalf("message %d: %d bytes, %v", n, len(b), err)
			}
		}
	})
}

// Whatever lies in the header, opening succeeds or is a FormatError or ErrTaken.
func FuzzOpen(f *testing.F) {
	good := memory(Size(64))
	if err := Format(good); err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(good[:headerSize])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		mem := memory(len(data))
		copy(mem, data)
		a, b := net.Pipe()
		b.Close()
		r, err := OpenReader(mem, a)
		if err == nil {
			if _, err = r.Next(soon(t)); err == nil {
				return // it looks like a message
			}
		}
		if !errors.As(err, new(*FormatError)) && err != ErrTaken && err != ErrCorrupt && err != ErrPeerDied && err != io.EOF {
			t.Error(err)
		}
	})
}
