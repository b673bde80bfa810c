package main

import (
	"bytes"
	"context"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// texts are those at whose borders something can go wrong.
var texts = map[string]string{
	"empty":           "",
	"one byte":        "a",
	"one newline":     "\n",
	"only newlines":   strings.Repeat("\n", 50),
	"fewer lines":     "one two\nthree four\n",
	"no last newline": "one two\nthree four\nfive",
	"one line":        strings.Repeat("word and word ", 700),
	"a line of words": strings.Repeat("a\n", 300),
	"other spaces":    strings.Repeat("a\tb  c\v\f d\r\n \n", 40),
	"high bytes":      strings.Repeat("ä\xff\x85 \xa0\x01 \n", 40), // white space in other encodings
	"long words":      strings.Repeat(strings.Repeat("x", 9000)+"\n"+strings.Repeat("y", maxWord)+" ", 5),
}

// expect counts by other means: white space and all else is told apart byte by byte.
func expect(text string) tally {
	t := tally{int64(strings.Count(text, "\n")), 0, int64(len(text)), map[string]int64{}}
	for _, part := range strings.Split(text, "\n") {
		for _, space := range "\t\v\f\r" {
			part = strings.ReplaceAll(part, string(space), " ")
		}
		for _, word := range strings.Split(part, " ") {
			if word != "" {
				t.Words++
				t.Counts[word]++
			}
		}
	}
	return t
}

func equal(a, b tally) bool {
	return a.Lines == b.Lines && a.Words == b.Words && a.Bytes == b.Bytes && maps.Equal(a.Counts, b.Counts)
}

func textFile(t testing.TB, content string) *os.File {
	t.Helper()
	name := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// From one process to five, and from one goroutine to five, under every schedule, with pieces of any
// size: the same tally.
func TestEverybodyCountsTheSame(t *testing.T) {
	for name, content := range texts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := expect(content)
			f, size := textFile(t, content), int64(len(content))
			counters, err := startCounters(context.Background(), f, 5, 0, false)
			if err != nil {
				t.Fatal(err)
			}
			for _, schedule := range schedules {
				for _, chunk := range []int64{1, 7, 8192} {
					if schedule == "static" && chunk > 1 || schedule != "static" && size/chunk > 100 {
						continue // nothing new, or too slow
					}
					for _, p := range []int{1, 2, 3, 5} {
						got, err := countIn(counters[:p], newHandout(schedule, size, p, chunk), size)
						if err != nil || !equal(got, want) {
							t.Fatalf("%s, pieces of %d, %d processes: %v, %.200v, want %.200v", schedule, chunk, p, err, got, want)
						}
						got, err = countInGoroutines(f, size, newHandout(schedule, size, p, chunk), p)
						if err != nil || !equal(got, want) {
							t.Fatalf("%s, pieces of %d, %d goroutines: %v, %.200v, want %.200v", schedule, chunk, p, err, got, want)
						}
					}
				}
			}
			for _, c := range counters {
				if err := c.process.End(); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// A text may be cut anywhere: the ranges between two cuts come to the same as the whole.
func FuzzCut(f *testing.F) {
	f.Add([]byte("one two\nthree\n"), int64(3), int64(9))
	f.Add([]byte("\n\n\n"), int64(1), int64(2))
	f.Add([]byte("a"), int64(0), int64(1))
	f.Fuzz(func(t *testing.T, content []byte, a, b int64) {
		size := int64(len(content))
		in := bytes.NewReader(content)
		whole, wholeErr := countRange(in, 0, size)
		sum := tally{Counts: map[string]int64{}}
		last := int64(0)
		for _, offset := range []int64{min(a, b), max(a, b), size} {
			at, err := cut(in, size, offset)
			if err != nil {
				if wholeErr == nil {
					t.Fatalf("cut(%d): %v, and the whole can be counted", offset, err)
				}
				return
			}
			if at < last || at > size || at > 0 && at < size && content[at-1] != '\n' {
				t.Fatalf("cut(%d) = %d", offset, at)
			}
			part, err := countRange(in, last, at)
			if err != nil {
				if wholeErr == nil {
					t.Fatalf("from %d to %d: %v, and the whole can be counted", last, at, err)
				}
				return
			}
			sum.add(part)
			last = at
		}
		if wholeErr == nil && !equal(sum, whole) {
			t.Errorf("in parts %v, as a whole %v", sum, whole)
		}
	})
}

// A file that grows, shrinks or is written to while it is read gives no result.
func TestChangedFileGivesNoResult(t *testing.T) {
	for name, change := range map[string]func(string) error{
		"grows": func(name string) error {
			f, err := os.OpenFile(name, os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				return err
			}
			f.WriteString("more\n")
			return f.Close()
		},
		"shrinks": func(name string) error { return os.Truncate(name, 1) },
	} {
		f := textFile(t, "one two\n")
		in, err := newText("poem.txt", f)
		if err != nil {
			t.Fatal(err)
		}
		if err := in.check(nil); err != nil {
			t.Errorf("left alone: %v", err)
		}
		if err := change(f.Name()); err != nil {
			t.Fatal(err)
		}
		if err := in.check(nil); err == nil || err.Error() != "poem.txt changed while it was read: there is no result" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whoever paints which row, the pixels are the same.
func TestEverybodyPaintsTheSame(t *testing.T) {
	const width = 60
	want := make([]byte, width*width/2)
	for i := range want {
		want[i] = shade(pixel(width, i%width, i/width))
	}
	painters := startPainters(9, width)
	for _, schedule := range schedules {
		for p := 1; p <= 9; p++ {
			got := make([]byte, len(want))
			if err := paint(painters[:p], got, width, newHandout(schedule, width/2, p, 2)); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s, %d processes: another picture, %v", schedule, p, err)
			}
		}
	}
	for _, p := range painters {
		if err := p.process.End(); err != nil {
			t.Error(err)
		}
	}
}

// A handout gives each thing away exactly once.
func TestHandoutsAreComplete(t *testing.T) {
	for _, schedule := range schedules {
		for _, n := range []int64{0, 1, 7, 100} {
			for p := 1; p <= 9; p++ {
				h := newHandout(schedule, n, p, 3)
				given := make([]int, n)
				for busy := true; busy; {
					busy = false
					for who := range p {
						piece, ok := h.take(who)
						busy = busy || ok
						for i := piece.lo; ok && i < piece.hi; i++ {
							given[i]++
						}
					}
				}
				for i, times := range given {
					if times != 1 {
						t.Fatalf("%s, %d things, %d processes: %d is given %d times", schedule, n, p, i, times)
					}
				}
			}
		}
	}
}
