package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

var someRecords = []record{{1, "one"}, {0, ""}, {1<<32 - 1, strings.Repeat("x", 1000)}, {4, "é, \t and \x00"}}

func encodeAll(t testing.TB, f format, records []record) []byte {
	var stream bytes.Buffer
	if err := f.writeAll(&stream, records); err != nil {
		t.Fatalf("%s: %v", f.name, err)
	}
	return stream.Bytes()
}

// Cut anywhere, a stream yields the records that are whole, also if its bytes come one by one; its end
// is io.ErrUnexpectedEOF inside a record, and no error between two.
func TestCutAtEveryByte(t *testing.T) {
	for _, f := range formats {
		stream := encodeAll(t, f, someRecords)
		whole := map[int]int{0: 0} // where a record ends → how many there are
		for i := range someRecords {
			whole[len(encodeAll(t, f, someRecords[:i+1]))] = i + 1
		}
		records := 0
		for cut := range len(stream) + 1 {
			n, between := whole[cut]
			if between {
				records = n
			}
			got, err := f.readAll(iotest.OneByteReader(bytes.NewReader(stream[:cut])))
			if !slices.Equal(got, someRecords[:records]) || between && err != nil || !between && !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Fatalf("%s cut at %d of %d: %.200v, want %d records; error %v", f.name, cut, len(stream), got, records, err)
			}
		}
	}
}

// A message of the greatest length goes through; one byte more is refused by the writer and by the
// reader, which takes no memory for it.
func TestLimitIsExact(t *testing.T) {
	for _, f := range []format{formats[0], formats[2]} { // JSON is on lines, too
		longest := bytes.Repeat([]byte("1"), maxMessage)
		var stream bytes.Buffer
		if err := f.write(&stream, longest, maxMessage); err != nil {
			t.Fatalf("%s: %v", f.name, err)
		}
		for most, want := range map[int]bool{maxMessage: true, maxMessage - 1: false} {
			got, err := f.read(bufio.NewReaderSize(bytes.NewReader(stream.Bytes()), maxMessage+1), most)
			if ok := err == nil && bytes.Equal(got, longest); ok != want {
				t.Errorf("%s: %d bytes with a limit of %d: %v", f.name, maxMessage, most, err)
			}
		}
		if err := f.write(io.Discard, append(longest, '1'), maxMessage); err == nil {
			t.Errorf("%s: the writer takes %d bytes", f.name, maxMessage+1)
		}
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range 1000 {
		if _, err := readFrame(bytes.NewReader([]byte("\xff\xff\xff\xff")), maxMessage); err == nil {
			t.Fatal("a frame of 4 GiB is no error")
		}
	}
	runtime.ReadMemStats(&after)
	if n := (after.TotalAlloc - before.TotalAlloc) / 1000; n > 1024 {
		t.Errorf("%d bytes allocated for a frame that is refused", n)
	}
}

func TestWhatAFormatCannotCarry(t *testing.T) {
	for i, text := range map[int]string{0: "two\nlines", 1: "\xff"} {
		if err := formats[i].writeAll(io.Discard, []record{{1, text}}); err == nil {
			t.Errorf("%s carries %q", formats[i].name, text)
		}
	}
}

// fuzzFormat feeds the reader anything. It must agree with itself however the bytes arrive, and what
// it accepted must survive being written and read again.
func fuzzFormat(fuzz *testing.F, f format) {
	fuzz.Add([]byte{})
	fuzz.Add(encodeAll(fuzz, f, someRecords))
	fuzz.Add(f.tooLong[:4])
	random := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		stream := encodeAll(fuzz, f, someRecords[:2])
		stream[random.IntN(len(stream))] ^= byte(1 << random.IntN(8))
		fuzz.Add(stream)
	}
	fuzz.Fuzz(func(t *testing.T, stream []byte) {
		got, err := f.readAll(bytes.NewReader(stream))
		again, err2 := f.readAll(iotest.OneByteReader(bytes.NewReader(stream)))
		if !reflect.DeepEqual(got, again) || (err == nil) != (err2 == nil) {
			t.Fatalf("byte by byte: %v, %v; at once: %v, %v", again, err2, got, err)
		}
		var out bytes.Buffer
		if err := f.writeAll(&out, got); err != nil {
			if strings.Contains(err.Error(), "the limit is") {
				return // JSON may need more bytes for the same text than what was read
			}
			t.Fatalf("cannot write what was read: %v", err)
		}
		back, err := f.readAll(&out)
		if err != nil || !reflect.DeepEqual(got, back) {
			t.Fatalf("wrote %v, read %v, %v", got, back, err)
		}
	})
}

func FuzzLines(f *testing.F) { fuzzFormat(f, formats[0]) }
func FuzzJSON(f *testing.F)  { fuzzFormat(f, formats[1]) }
func FuzzGob(f *testing.F)   { fuzzFormat(f, formats[2]) }
