package main

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
)

var someRecords = []record{{1, "one"}, {0, ""}, {1<<32 - 1, strings.Repeat("x", 1000)}, {4, "é, \t and \x00"}}

func encodeAll(t testing.TB, c codec, records []record) []byte {
	var wire bytes.Buffer
	encode := c.encoder(&wire)
	for _, rec := range records {
		if err := encode(rec); err != nil {
			t.Fatalf("%s: encode %.40q: %v", c.name, rec.Text, err)
		}
	}
	return wire.Bytes()
}

func known(err error) bool {
	return err == nil || errors.Is(err, errTruncated) || errors.Is(err, errOversize) || errors.Is(err, errMalformed)
}

func TestCodecsReturnWhatWasPutIn(t *testing.T) {
	for _, c := range codecs {
		wire := encodeAll(t, c, someRecords)
		for name, r := range map[string]io.Reader{
			"whole":        bytes.NewReader(wire),
			"byte by byte": iotest.OneByteReader(bytes.NewReader(wire)),
			"with its end": iotest.DataErrReader(bytes.NewReader(wire)),
		} {
			got, err := decodeAll(c, r)
			if err != nil || !reflect.DeepEqual(got, someRecords) {
				t.Errorf("%s, %s: got %.200v, %v", c.name, name, got, err)
			}
		}
	}
}

// Cut anywhere, a stream yields the records that are whole, and then io.EOF between two and
// errTruncated inside one.
func TestCutAtEveryByte(t *testing.T) {
	for _, c := range codecs {
		wire := encodeAll(t, c, someRecords)
		whole := map[int]int{0: 0} // where a record ends → how many there are
		for i := range someRecords {
			whole[len(encodeAll(t, c, someRecords[:i+1]))] = i + 1
		}
		records := 0
		for cut := range len(wire) + 1 {
			n, between := whole[cut]
			if between {
				records = n
			}
			got, err := decodeAll(c, bytes.NewReader(wire[:cut]))
			if len(got) != records || between && err != nil || !between && !errors.Is(err, errTruncated) {
				t.Fatalf("%s cut at %d of %d: %d records, want %d; error %v", c.name, cut, len(wire), len(got), records, err)
			}
		}
	}
}

func TestLimitIsExact(t *testing.T) {
	for _, c := range codecs {
		// The longest text that fits is found by trying; one byte more must fail on both sides.
		longest := 0
		for n := maxMessage - 200; n <= maxMessage; n++ {
			err := c.encoder(io.Discard)(record{7, strings.Repeat("x", n)})
			if err == nil {
				longest = n
			} else if !errors.Is(err, errOversize) {
				t.Fatalf("%s: %d bytes: %v", c.name, n, err)
			}
		}
		rec := record{7, strings.Repeat("x", longest)}
		if longest == 0 || longest == maxMessage {
			t.Errorf("%s: the limit is not where it should be: %d", c.name, longest)
		}
		if got, err := decodeAll(c, bytes.NewReader(encodeAll(t, c, []record{rec}))); err != nil || len(got) != 1 || got[0] != rec {
			t.Errorf("%s: the longest record does not come back: %v", c.name, err)
		}
		wire := append(encodeAll(t, c, []record{{1, "one"}}), c.tooLong()...)
		if got, err := decodeAll(c, bytes.NewReader(wire)); len(got) != 1 || !errors.Is(err, errOversize) {
			t.Errorf("%s: beyond the limit: %d records, %v", c.name, len(got), err)
		}
	}
}

// An announced length is not believed: no memory is taken for what is beyond the limit.
func TestOversizeTakesNoMemory(t *testing.T) {
	bad := []byte{0xff, 0xff, 0xff, 0xff}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range 1000 {
		readFrame(bytes.NewReader(bad))
	}
	runtime.ReadMemStats(&after)
	if n := (after.TotalAlloc - before.TotalAlloc) / 1000; n > 1024 {
		t.Errorf("%d bytes allocated for each", n)
	}
}

func TestWhatAFormatCannotCarry(t *testing.T) {
	if err := lines.encoder(io.Discard)(record{1, "two\nlines"}); !errors.Is(err, errMalformed) {
		t.Errorf("lines: a newline: %v", err)
	}
	if err := jsonLines.encoder(io.Discard)(record{1, "\xff"}); !errors.Is(err, errMalformed) {
		t.Errorf("json: not UTF-8: %v", err)
	}
}

// fuzzCodec feeds the decoder anything. It must end with a known error, agree with itself however
// the bytes arrive, and what it accepted must survive being written and read again.
func fuzzCodec(f *testing.F, c codec) {
	f.Add([]byte{})
	f.Add(encodeAll(f, c, someRecords))
	f.Add(c.tooLong()[:4])
	f.Add(c.spoilt)
	random := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		wire := encodeAll(f, c, someRecords[:2])
		wire[random.IntN(len(wire))] ^= byte(1 << random.IntN(8))
		f.Add(wire)
	}
	f.Fuzz(func(t *testing.T, wire []byte) {
		got, err := decodeAll(c, bytes.NewReader(wire))
		if !known(err) {
			t.Fatalf("an error of no known kind: %v", err)
		}
		again, err2 := decodeAll(c, iotest.OneByteReader(bytes.NewReader(wire)))
		if !reflect.DeepEqual(got, again) || (err == nil) != (err2 == nil) {
			t.Fatalf("byte by byte: %v, %v; at once: %v, %v", again, err2, got, err)
		}
		var out bytes.Buffer
		encode := c.encoder(&out)
		for _, rec := range got {
			if err := encode(rec); errors.Is(err, errOversize) {
				return // JSON may need more bytes for the same text than what was read
			} else if err != nil {
				t.Fatalf("cannot write what was read: %v", err)
			}
		}
		back, err := decodeAll(c, &out)
		if err != nil || !reflect.DeepEqual(got, back) {
			t.Fatalf("wrote %v, read %v, %v", got, back, err)
		}
	})
}

func FuzzLines(f *testing.F)  { fuzzCodec(f, lines) }
func FuzzLength(f *testing.F) { fuzzCodec(f, length) }
func FuzzGob(f *testing.F)    { fuzzCodec(f, gobs) }
func FuzzJSON(f *testing.F)   { fuzzCodec(f, jsonLines) }

func FuzzFrame(f *testing.F) {
	f.Add([]byte{0, 0, 0, 0})
	f.Add([]byte{0, 0, 0, 2, 'h', 'i'})
	f.Add([]byte{0, 0, 0, 3, 'h', 'i'})
	f.Add([]byte{0, 1, 0, 1, 'h', 'i'})
	f.Fuzz(func(t *testing.T, wire []byte) {
		msg, err := readFrame(bytes.NewReader(wire))
		if err == io.EOF && len(wire) > 0 || err != io.EOF && !known(err) {
			t.Fatalf("%d bytes: %v", len(wire), err)
		}
		if frame, _ := appendFrame(nil, msg); err == nil && !bytes.HasPrefix(wire, frame) {
			t.Fatalf("read %q of %q", msg, wire)
		}
	})
}

func FuzzPacket(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{0, 0, 0})
	f.Add([]byte{0, 0, 0, 2, 'h', 'i'})
	f.Add([]byte{0, 0, 0, 3, 'h', 'i'})
	f.Add([]byte{0, 0, 0, 1, 'h', 'i'})
	f.Add(make([]byte, headerSize+maxMessage+1))
	f.Fuzz(func(t *testing.T, packet []byte) {
		msg, err := parsePacket(packet)
		if err == io.EOF && len(packet) > 0 || err != io.EOF && !known(err) {
			t.Fatalf("%d bytes: %v", len(packet), err)
		}
		if frame, _ := appendFrame(nil, msg); err == nil && !bytes.Equal(packet, frame) {
			t.Fatalf("parsed %q of %q", msg, packet)
		}
	})
}
