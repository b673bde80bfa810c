package main

import (
	"bytes"
	"fmt"
	"maps"
	"strings"
	"testing"

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/internal/script"
)

func TestMain(m *testing.M)    { program().Play(); script.Main(m, "dataparallelism", main) }
func TestScripts(t *testing.T) { script.Run(t, "dataparallelism") }
func TestNothingIsLeft(t *testing.T) {
	script.NothingIsLeft(t, map[string]string{"mandelbrot": "-width 100", "schedule": "-schedule static",
		"gen": "-out /dev/null", "floatsum": sum, "treesum": sum, "words": "-p 2 -top 2", "goroutines": "-top 2"})
}
func TestSweep(t *testing.T) {
	script.Sweep(t, script.SweepArgs("floatsum", sum), script.SweepArgs("treesum", sum), script.SweepArgs("words", "-p 2 -top 2"),
		script.SweepExcept("gen/flag -mb 10000", "to write ten billion bytes takes minutes"))
}

// sum makes a run short: up to nine processes are started for each of its lines else.
const sum = "-n 1000 -p 3"

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
	"no UTF-8":        strings.Repeat("ä\xff\x85 \x00\x01 \n", 40),
	"long words":      strings.Repeat(strings.Repeat("x", 9000)+"\n"+strings.Repeat("y", 60_000)+" ", 5),
}

// From one process to five, and from one goroutine to five, under every schedule, with pieces of any
// size: the same tally.
func TestEverybodyCountsTheSame(t *testing.T) {
	for name, content := range texts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := tally{}
			for _, word := range strings.Fields(content) {
				want[word]++
			}
			text, err := lockstep.Unnamed(0)
			lockstep.Check(err)
			_, err = text.WriteString(content)
			lockstep.Check(err)
			size := int64(len(content))
			counters := startCounters(text, 5, 0, false)
			defer lockstep.EndAll(counters...)
			for _, schedule := range schedules {
				for _, chunk := range []int64{1, 7, 8192} {
					if schedule == "static" && chunk > 1 || schedule != "static" && size/chunk > 100 {
						continue // nothing new, or too slow
					}
					for _, p := range []int{1, 2, 3, 5} {
						got, err := countIn(counters[:p], newHandout(schedule, size, p, chunk))
						again, errToo := countInGoroutines(text, newHandout(schedule, size, p, chunk), p)
						if err != nil || errToo != nil || !maps.Equal(got, want) || !maps.Equal(again, want) {
							t.Fatalf("%s, pieces of %d: %d processes count %.200v, %v, goroutines %.200v, %v, want %.200v",
								schedule, chunk, p, got, err, again, errToo, want)
						}
					}
				}
			}
		})
	}
}

// What an editor writes before a text is not a part of its first word.
func TestByteOrderMark(t *testing.T) {
	const text = "\ufeffone two one\n"
	got, err := countPiece(strings.NewReader(text), piece{0, int64(len(text))})
	if want := (tally{"one": 2, "two": 1}); err != nil || !maps.Equal(got, want) {
		t.Errorf("counted %v, %v; want %v", got, err, want)
	}
}

// A text may be cut anywhere: the pieces between two cuts come to the same as the whole.
func FuzzCut(f *testing.F) {
	f.Add([]byte("one two\nthree\n"), uint(3), uint(9))
	f.Add([]byte("\n\n\n"), uint(1), uint(2))
	f.Add([]byte("a"), uint(0), uint(1))
	f.Add([]byte("\ufeffone"), uint(1), uint(2))
	f.Fuzz(func(t *testing.T, content []byte, a, b uint) {
		size := int64(len(content))
		in := bytes.NewReader(content)
		whole, err := countRange(in, afterMark(in), size)
		if err != nil {
			t.Skip(err) // a word too long
		}
		first, second := int64(a)%(size+1), int64(b)%(size+1)
		sum := tally{}
		for _, p := range []piece{{0, min(first, second)}, {min(first, second), max(first, second)}, {max(first, second), size}} {
			part, err := countPiece(in, p)
			if err != nil {
				t.Fatal(err)
			}
			sum.add(part)
		}
		if fmt.Sprint(sum) != fmt.Sprint(tally(whole)) {
			t.Errorf("in parts %v, as a whole %v", sum, whole)
		}
	})
}
