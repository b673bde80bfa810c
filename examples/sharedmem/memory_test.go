//go:build unix

package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"
	"unsafe"

	"example.com/lockstep/examples/sharedmem/ring"
)

type named struct {
	N    uint64
	Name string
}

type table struct {
	Rows [2]struct{ Cells [4]uint32 }
}

// What an offset from another process leads to is checked before it is followed.
func TestOffsetsAreChecked(t *testing.T) {
	mem, err := newMemory(64)
	if err != nil {
		t.Fatal(err)
	}
	defer mem.close()
	for _, test := range []struct {
		offset uint64
		ok     bool
	}{{0, true}, {32, true}, {40, false}, {28, true}, {33, false}, {64, false}, {1 << 63, false}, {1<<64 - 32, false}} {
		if _, err := at[table](mem.bytes, test.offset); (err == nil) != test.ok {
			t.Errorf("at offset %d: %v", test.offset, err)
		}
	}
	if _, err := at[named](mem.bytes, 0); err == nil {
		t.Error("a string is let into shared memory")
	}
	if _, err := view[uint64](mem.bytes[:60]); err == nil {
		t.Error("a view of seven and a half numbers")
	}
	if _, err := view[uint64](mem.bytes[4:12]); err == nil {
		t.Error("a view that is not aligned")
	}
}

// Whatever lies in the arena, walking it ends, and reads nothing outside.
func FuzzWalk(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("\x30\x00\x00\x00\x00\x00\x00\x00\x10\x00\x00\x00\x00\x00\x00\x00" + // top, list
		"\x01\x00\x00\x00\x00\x00\x00\x00\x10\x00\x00\x00\x00\x00\x00\x00")) // a node that leads to itself
	f.Add([]byte("\x30\x00\x00\x00\x00\x00\x00\x00\xf8\xff\xff\xff\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, data []byte) {
		words := make([]uint64, 16) // aligned, as a mapping is
		mem := unsafe.Slice((*byte)(unsafe.Pointer(&words[0])), 8*len(words))
		copy(mem, data)
		h, err := at[arenaHeader](mem, 0)
		if err != nil {
			t.Fatal(err)
		}
		if values, err := walk(mem, h); err == nil && len(values) > len(mem)/16+1 {
			t.Errorf("%d values in %d bytes", len(values), len(mem))
		}
		if err := push(mem, h, 1); err == nil && h.list.Load() > uint64(len(mem)-16) {
			t.Errorf("a node at %d of %d bytes", h.list.Load(), len(mem))
		}
	})
}

// A ring's reader that asked for protection is told when the file behind the ring is truncated.
func TestRingOverTruncatedFile(t *testing.T) {
	page := os.Getpagesize()
	mem, err := newMemory(ring.Size(16 * page))
	if err != nil {
		t.Fatal(err)
	}
	defer mem.close()
	if err := ring.Format(mem.bytes); err != nil {
		t.Fatal(err)
	}
	a, b := net.Pipe()
	w, err := ring.OpenWriter(mem.bytes, a)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	r, err := ring.OpenReader(mem.bytes, b)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for range 8 { // four pages' worth
		m, err := w.Reserve(ctx, page/2)
		if err != nil {
			t.Fatal(err)
		}
		newSender(page / 2).fill(m)
	}
	w.Commit()
	if err := mem.file.Truncate(int64(page)); err != nil {
		t.Skipf("this system does not truncate a mapped file: %v", err)
	}
	taken := 0
	err = ring.Protect(mem.bytes, func() error {
		for {
			m, err := r.Next(ctx)
			if err != nil {
				return err
			}
			sum(m)
			taken++
		}
	})
	if !errors.As(err, new(*ring.FaultError)) || taken != 1 {
		t.Errorf("after %d messages: %v, want a FaultError after 1", taken, err)
	}
	// A mapping made now is too small for a ring, and is refused.
	short, err := mapFile(mem.file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ring.OpenReader(short, b); !errors.As(err, new(*ring.FormatError)) {
		t.Errorf("a ring in %d bytes: %v", len(short), err)
	}
}

// Protect turns faults in the mapping into errors, and nothing else.
func TestProtectIsForTheMappingOnly(t *testing.T) {
	mem, err := newMemory(4096)
	if err != nil {
		t.Fatal(err)
	}
	defer mem.close()
	if err := ring.Protect(mem.bytes, func() error { return context.Canceled }); err != context.Canceled {
		t.Errorf("f's own error became %v", err)
	}
	defer func() {
		if e := recover(); e == nil {
			t.Error("a nil pointer passed for lost memory")
		}
	}()
	var p *uint64
	err = ring.Protect(mem.bytes, func() error { *p = 1; return nil })
	t.Errorf("a nil pointer became %v", err)
}

// Nothing stays in /dev/shm, also from the variant that shows what stays.
func TestNothingStaysInDevShm(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skipf("/dev/shm is Linux's, and this is %s", runtime.GOOS)
	}
	for _, variant := range []string{"devshm", "leftname"} {
		cmd := self(variant)
		cmd.Stdout, cmd.Stderr = nil, nil
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v\n%s", variant, err, out)
		}
		left, err := filepath.Glob(fmt.Sprintf("/dev/shm/lockstep-sharedmem-%d*", cmd.Process.Pid))
		if err != nil || len(left) > 0 {
			t.Errorf("%s leaves %v, %v", variant, left, err)
		}
	}
}

// A child that dies in the middle of a step is named, and what the parent waits for ends.
func TestWorkerKilledBeforeItsStep(t *testing.T) {
	mem, err := newMemory(4096)
	if err != nil {
		t.Fatal(err)
	}
	defer mem.close()
	w, err := startWorker(mem, "writer", "torn-child")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := w.step(); !errors.As(err, &exit) || err.Error() != "writer: signal: killed" {
		t.Errorf("step = %v", err)
	}
	if err := w.end(); err != nil {
		t.Errorf("a second end = %v", err)
	}
}
