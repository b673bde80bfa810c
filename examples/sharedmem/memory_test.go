//go:build unix

package main

import (
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"
	"unsafe"

	"example.com/lockstep/examples/hello/lockstep"
)

type table struct {
	Rows [2]struct{ Cells [4]uint32 }
}

// What an offset from another process leads to is checked before it is followed.
func TestOffsetsAreChecked(t *testing.T) {
	_, memory := newMemory(64)
	for _, test := range []struct {
		offset uint64
		ok     bool
	}{{0, true}, {32, true}, {40, false}, {28, true}, {33, false}, {64, false}, {1 << 63, false}, {1<<64 - 32, false}} {
		if _, err := at[table](memory, test.offset); (err == nil) != test.ok {
			t.Errorf("at offset %d: %v", test.offset, err)
		}
	}
	if _, err := numbers[uint64](memory[:60]); err == nil {
		t.Error("seven and a half numbers")
	}
	if _, err := numbers[uint64](memory[4:12]); err == nil {
		t.Error("a number that is not aligned")
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
		a, err := at[arena](mem, 0)
		if err != nil {
			t.Fatal(err)
		}
		if values, err := walk(mem); err == nil && len(values) > len(mem)/16+1 {
			t.Errorf("%d values in %d bytes", len(values), len(mem))
		}
		if err := push(mem, 1); err == nil && a.list.Load() > uint64(len(mem)-16) {
			t.Errorf("a node at %d of %d bytes", a.list.Load(), len(mem))
		}
	})
}

// Without a sequence number, two of the six orders of two stores and two loads tear a pair. With
// one, no order of the steps of a write and a try to read does, and the second try always succeeds.
func TestSchedules(t *testing.T) {
	torn := 0
	for _, schedule := range lockstep.Schedules("WWRR") {
		file, p := share[pair]()
		p.left.Store(300)
		p.right.Store(700)
		if read := readWhile(t, schedule, file, "pair-writer", "pair-reader"); !strings.HasSuffix(read, "= 1000") {
			torn++
		}
		file.Close()
	}
	if torn != 2 {
		t.Errorf("%d schedules tear the pair, want 2", torn)
	}
	for _, schedule := range lockstep.Schedules("WWWWRRRR") {
		file, rec := share[record]()
		rec.left.Store(300)
		rec.right.Store(700)
		read := readWhile(t, schedule, file, "record-writer", "record-reader")
		if !regexp.MustCompile(`^has (300 \+ 700|400 \+ 600) = 1000, tries: [12]$`).MatchString(read) {
			t.Errorf("%s: %s", schedule, read)
		}
		file.Close()
	}
}

// readWhile lets a writer and a reader take their steps in the order of a schedule, and then the
// reader alone. It returns what the reader has in the end.
func readWhile(t *testing.T, schedule string, file *os.File, writes, reads string) (has string) {
	t.Helper()
	writer, err1 := lockstep.Start("writer", writes, file)
	reader, err2 := lockstep.Start("reader", reads, file)
	err := errors.Join(err1, err2)
	for _, letter := range schedule {
		if err == nil {
			_, err = map[rune]*lockstep.Process{'W': writer, 'R': reader}[letter].Step()
		}
	}
	for err == nil && !strings.HasPrefix(has, "has") {
		has, err = reader.Step()
	}
	if err := errors.Join(err, writer.Wait(), reader.Wait()); err != nil {
		t.Fatal(err)
	}
	return has
}
