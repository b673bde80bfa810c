//go:build unix

package ring

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
)

// mapped returns a ring in a file that is mapped twice, once for each side.
func mapped(t *testing.T) (file *os.File, forWriter, forReader []byte) {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), "ring"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	size := Size(1024)
	if err := file.Truncate(int64(size)); err != nil {
		t.Fatal(err)
	}
	for _, mem := range []*[]byte{&forWriter, &forReader} {
		*mem, err = syscall.Mmap(int(file.Fd()), 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { syscall.Munmap(*mem) })
	}
	if err := Format(forWriter); err != nil {
		t.Fatal(err)
	}
	return file, forWriter, forReader
}

// A side that closes where the mapping is gone has closed all the same: its end of the bell is
// closed, which wakes the other, and a second Close does nothing.
func TestCloseWithoutMapping(t *testing.T) {
	for _, closer := range []string{"writer", "reader"} {
		t.Run(closer, func(t *testing.T) {
			file, forWriter, forReader := mapped(t)
			a, b := net.Pipe()
			w, err := OpenWriter(forWriter, a)
			if err != nil {
				t.Fatal(err)
			}
			r, err := OpenReader(forReader, b)
			if err != nil {
				t.Fatal(err)
			}
			ctx := soon(t)
			read := func() error { _, err := r.Next(ctx); return err }
			write := func() (err error) {
				for err == nil {
					err = send(ctx, w, "message")
				}
				return err
			}

			mem, close, bell := forWriter, w.Close, w.bell // of the one that closes
			others, wait, othersBell, sleeps := forReader, read, r.bell, &w.h.readerSleeps
			if closer == "reader" {
				mem, close, bell = forReader, r.Close, r.bell
				others, wait, othersBell, sleeps = forWriter, write, w.bell, &r.h.writerSleeps
			}
			told := make(chan error, 1)
			go func() { told <- Protect(others, wait) }()
			for sleeps.Load() == 0 {
				runtime.Gosched()
			}
			if err := file.Truncate(0); err != nil {
				t.Skipf("this system does not truncate a mapped file: %v", err)
			}
			if err := Protect(mem, close); !errors.As(err, new(*FaultError)) {
				t.Errorf("Close: %v, want a FaultError", err)
			}
			for whose, dead := range map[string]chan struct{}{"its own": bell.dead, "the other's": othersBell.dead} {
				select {
				case <-dead:
				case <-ctx.Done():
					t.Fatalf("after Close, %s end of the bell is still open", whose)
				}
			}
			if err := <-told; !errors.As(err, new(*FaultError)) {
				t.Errorf("the one that slept: %v, want a FaultError", err)
			}
			if err := Protect(mem, close); err != nil {
				t.Errorf("a second Close: %v", err)
			}
		})
	}
}

// After Close nothing touches the mapping, which its owner may have unmapped.
func TestClosedDoesNotTouchTheMapping(t *testing.T) {
	file, forWriter, forReader := mapped(t)
	a, b := net.Pipe()
	w, err := OpenWriter(forWriter, a)
	if err != nil {
		t.Fatal(err)
	}
	r, err := OpenReader(forReader, b)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := send(soon(t), w, string(make([]byte, w.Max()/2))); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Next(soon(t)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), r.Close()); err != nil {
		t.Fatal(err)
	}
	if err := file.Truncate(0); err != nil {
		t.Skipf("this system does not truncate a mapped file: %v", err)
	}
	for name, use := range map[string]func() error{
		"Reserve":      func() error { _, err := w.Reserve(soon(t), 1); return err },
		"Drain":        func() error { w.Commit(); return w.Drain(soon(t)) },
		"Next":         func() error { _, err := r.Next(soon(t)); return err },
		"Writer.Close": func() error { return errors.Join(w.Close(), ErrClosed) },
		"Reader.Close": func() error { return errors.Join(r.Close(), ErrClosed) },
	} {
		mem := forWriter
		if name == "Next" || name == "Reader.Close" {
			mem = forReader
		}
		if err := Protect(mem, use); !errors.Is(err, ErrClosed) {
			t.Errorf("%s: %v, want ErrClosed", name, err)
		}
	}
}

// Protect turns faults in the mapping into errors, and nothing else.
func TestProtectIsForTheMappingOnly(t *testing.T) {
	_, memory, _ := mapped(t)
	if err := Protect(memory, func() error { return context.Canceled }); err != context.Canceled {
		t.Errorf("f's own error became %v", err)
	}
	defer func() {
		if e := recover(); e == nil {
			t.Error("a nil pointer passed for lost memory")
		}
	}()
	var p *uint64
	err := Protect(memory, func() error { *p = 1; return nil })
	t.Errorf("a nil pointer became %v", err)
}

// The largest ring takes the longest messages across its end. Of its memory little is touched.
func TestLargestRing(t *testing.T) {
	capacity := int64(maximum)
	if int64(int(capacity)) != capacity {
		t.Skip("the largest ring needs 64-bit addresses")
	}
	mem, err := syscall.Mmap(-1, 0, Size(int(capacity)), syscall.PROT_READ|syscall.PROT_WRITE,
		syscall.MAP_PRIVATE|syscall.MAP_ANON|syscall.MAP_NORESERVE)
	if err != nil {
		t.Skipf("no address space for the largest ring: %v", err)
	}
	defer syscall.Munmap(mem)
	if err := Format(mem); err != nil {
		t.Fatal(err)
	}
	a, b := net.Pipe()
	w, err := OpenWriter(mem, a)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	r, err := OpenReader(mem, b)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for _, n := range []int{w.Max(), 1, w.Max() - 16, 1, w.Max()} {
		m, err := w.Reserve(soon(t), n)
		if err != nil {
			t.Fatal(err)
		}
		m[0], m[n-1] = byte(n), byte(n>>8)
		w.Commit()
		got, err := r.Next(soon(t))
		if err != nil || len(got) != n || n > 1 && (got[0] != byte(n) || got[n-1] != byte(n>>8)) {
			t.Fatalf("of %d bytes: %d, %v", n, len(got), err)
		}
	}
	if w.next <= uint64(capacity) {
		t.Errorf("the ring's end, %#x, was not passed: %#x", capacity, w.next)
	}
}
