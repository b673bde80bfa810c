package main

import (
	"image"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Every schedule hands out everything once, in whatever order the processes ask.
func TestEveryScheduleHandsOutEverythingOnce(t *testing.T) {
	for _, schedule := range schedules {
		for _, n := range []int64{0, 1, 8, 9, 10, 100, 1001} {
			for p := 1; p <= 12; p++ {
				for _, chunk := range []int64{1, 3, 64, 5000} {
					h := newHandout(schedule, n, p, chunk)
					given := make([]int, n)
					asking := make([]int, p)
					for i := range asking {
						asking[i] = i
					}
					for turn := 0; len(asking) > 0; turn++ {
						i := turn * 7 % len(asking) // some ask more often than others
						r, ok := h.take(asking[i])
						if !ok {
							asking = slices.Delete(asking, i, i+1)
							continue
						}
						for k := r.lo; k < r.hi; k++ {
							given[k]++
						}
					}
					for k, times := range given {
						if times != 1 {
							t.Fatalf("%s, n=%d, P=%d, chunk %d: %d was given %d times", schedule, n, p, chunk, k, times)
						}
					}
				}
			}
		}
	}
}

// Whenever a process dies, the count says which, and ends.
func TestADeadProcessIsNamedAtEveryStep(t *testing.T) {
	in := textInput(t, strings.Repeat("some words\n", 1000))
	job := wordJob{schedule: "cyclic", chunk: 2500, ends: lineEnds, limit: 1 << 20}
	steps := map[string]func(c crew) (string, error){
		"before the first request": func(c crew) (string, error) { return "", nil },
		"after it has opened the file": func(c crew) (string, error) {
			return "", c[1].open(in, job)
		},
		"with a range to count": func(c crew) (string, error) {
			halting := job
			halting.halt = true
			if err := c[1].open(in, halting); err != nil {
				return "", err
			}
			return c[1].ask("count 0 5000") // it waits half-way
		},
	}
	for step, reach := range steps {
		t.Run(step, func(t *testing.T) {
			c, err := startCrew(3, "words-child", "0")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := reach(c); err != nil {
				t.Fatal(err)
			}
			c[1].kill()
			_, err = c.countWords(in, job, func(entry) {})
			wantKilled(t, c.end(err))
		})
	}
	t.Run("in the middle of its table", func(t *testing.T) {
		c, err := startCrew(3, "words-child", "0")
		if err != nil {
			t.Fatal(err)
		}
		var many strings.Builder
		for i := range 20_000 { // more than a pipe holds, so that it cannot have sent all
			many.WriteString(strings.Repeat("x", 1+i%50) + string(rune('a'+i%26)) + strings.Repeat("y", i/50) + "\n")
		}
		large := textInput(t, many.String())
		job.chunk, job.limit = 1<<17, 1<<28
		_, err = c.countWords(large, job, func(e entry) { c[1].kill() })
		wantKilled(t, c.end(err))
	})
}

func wantKilled(t *testing.T, err error) {
	t.Helper()
	if err == nil || !strings.HasPrefix(err.Error(), "process 2: ") || strings.Contains(err.Error(), "\n") {
		t.Errorf("%v, want process 2's end and nothing else", err)
	}
}

// The picture on the page has the pixels that the program computes, on every
// machine and with every version of the encoder.
func TestThePictureIsWhatTheProgramComputes(t *testing.T) {
	f, err := os.Open(filepath.Join("..", "..", "testdata", "dataparallelism", "mandelbrot.png"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	decoded, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	img := decoded.(*image.Paletted)
	v := view{img.Rect.Dx(), img.Rect.Dy()}
	colours := palette()
	for y := 0; y < v.height; y += 9 {
		for x := range v.width {
			if want := colours[shade(v.pixel(x, y))]; img.At(x, y) != want {
				t.Fatalf("pixel %d, %d is %v, want %v", x, y, img.At(x, y), want)
			}
		}
	}
}

// Nothing but the number of terms decides the shape of the tree.
func TestTheTreeAddsEverythingOnce(t *testing.T) {
	for n := range 100 {
		terms := make([]float64, n)
		for i := range terms {
			terms[i] = float64(i + 1) // whole numbers: exact in any order
		}
		if got, want := tree(terms), float64(n*(n+1)/2); got != want {
			t.Errorf("tree of 1 to %d = %v, want %v", n, got, want)
		}
	}
}
