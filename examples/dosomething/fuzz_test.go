package main

import (
	"bytes"
	"strings"
	"testing"
)

// FuzzAnswer holds that an answer is the task's number and a mean, or an error.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{
		"3 0.5", "3", "", "3 ", "4 0.5", "3 NaN", "3 -0", "3 1",
		"3 0.5 ", " 3 0.5", "3 0x1p-2", "3 1e-400",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		mean, err := parseAnswer(line, 3)
		if err == nil && (!(mean >= 0 && mean < 1) || !strings.HasPrefix(line, "3 ")) {
			t.Errorf("%q is taken for %v", line, mean)
		}
		if err != nil && len(err.Error()) > 300 {
			t.Errorf("an error of %d bytes", len(err.Error()))
		}
	})
}

// FuzzHits holds that what is taken for hits are some of those thrown.
func FuzzHits(f *testing.F) {
	for _, seed := range []string{"0", "9", "10", "-1", "", "9 ", "99999999999999999999"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		if n, err := parseHits(line, 9); err == nil && (n < 0 || n > 9) {
			t.Errorf("%q is taken for %d of 9", line, n)
		}
	})
}

// FuzzNumbers holds that numbers arrive as they were written, or that what is missing is an error.
func FuzzNumbers(f *testing.F) {
	f.Add([]byte("12345678"), 1)
	f.Add([]byte("1234567"), 1)
	f.Add([]byte{}, 0)
	f.Add([]byte{}, 1<<60)
	f.Add(bytes.Repeat([]byte("x"), 8*block+8), block+1)
	f.Fuzz(func(t *testing.T, raw []byte, count int) {
		if count < 0 {
			return
		}
		all, err := readNumbers(bytes.NewReader(raw), count)
		if (err == nil) != (count <= len(raw)/8) {
			t.Fatalf("%d of %d bytes: %v", len(raw), count, err)
		}
		if err != nil {
			return
		}
		var out bytes.Buffer
		next := 0
		err = writeNumbers(&out, func() float64 { next++; return all[next-1] }, count)
		if err != nil || !bytes.Equal(out.Bytes(), raw[:8*count]) {
			t.Errorf("written again, %d numbers differ: %v", count, err)
		}
	})
}
