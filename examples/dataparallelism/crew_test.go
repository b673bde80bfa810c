package main

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"slices"
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

// From one process to nine, under every schedule: the same pixels.
func TestEveryCrewPaintsTheSamePicture(t *testing.T) {
	v := view{50, 25}
	var want []byte
	for y := range v.height {
		for x := range v.width {
			want = append(want, shade(v.pixel(x, y)))
		}
	}
	c, err := startCrew(9, "rows-child")
	if err != nil {
		t.Fatal(err)
	}
	for _, schedule := range schedules {
		for p := 1; p <= 9; p++ {
			got := make([]byte, len(want))
			if err := c[:p].paint(got, v, schedule, 2); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s, P=%d: other pixels", schedule, p)
			}
		}
	}
	if err := c.end(nil); err != nil {
		t.Error(err)
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
