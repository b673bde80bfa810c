package main

import (
	"crypto/sha256"
	"image"
	"image/color"
	"image/png"
	"io"
	"os"
)

// runMandelbrot computes a picture of the upper half of the Mandelbrot set. The
// rows at the bottom take longest, which makes it a fair test for a schedule.
func runMandelbrot(args []string) error {
	fs := newFlags("mandelbrot")
	p := intFlag(fs, "p", 4, 1, 64, "how many processes")
	schedule := fs.String("schedule", "dynamic", "static, cyclic, dynamic or guided")
	chunk := intFlag(fs, "chunk", 4, 1, 10_000, "rows of a piece; with -schedule guided, the least")
	width := intFlag(fs, "width", 720, 2, mostWidth, "pixels in a row, twice as many as there are rows")
	out := fs.String("out", "", "the PNG `file` to write")
	if err := parse(fs, args); err != nil {
		return err
	}
	if err := checkSchedule(*schedule); err != nil {
		return err
	}
	v := view{*width, *width / 2}
	c, err := startCrew(*p, "rows-child")
	if err != nil {
		return err
	}
	img := image.NewPaletted(image.Rect(0, 0, v.width, v.height), palette())
	if err := c.end(c.paint(img.Pix, v, *schedule, int64(*chunk))); err != nil {
		return err
	}
	say("%d rows of %d pixels, sha256 %x", v.height, v.width, sha256.Sum256(img.Pix))
	if *out == "" {
		return nil
	}
	f, err := os.Create(*out)
	if err != nil {
		return err
	}
	if err := png.Encode(f, img); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// paint fills the pixels, row after row. A row that arrives has a place of its
// own: in whatever order they come, they are in order, and without a lock.
func (c crew) paint(pixels []byte, v view, schedule string, chunk int64) error {
	pieces := newHandout(schedule, int64(v.height), len(c), chunk)
	return c.each(func(i int, w *worker) error {
		for p, ok := pieces.take(i); ok; p, ok = pieces.take(i) {
			if err := w.order("rows", "rows %d %d %d %d", v.width, v.height, p.lo, p.hi); err != nil {
				return err
			}
			rows := pixels[int(p.lo)*v.width : int(p.hi)*v.width]
			if _, err := io.ReadFull(w.out, rows); err != nil {
				return w.fault(err)
			}
		}
		return nil
	})
}

const mostWidth = 20_000

// A view is the picture's size.
type view struct{ width, height int }

const most = 1000 // iterations of a pixel; those that reach it are in the set

// pixel returns how many iterations of z² + c the pixel takes until z is far
// away.
func (v view) pixel(x, y int) int {
	step := 3.0 / float64(v.width)
	re, im := -2.2+float64(float64(x)*step), 1.25-float64(float64(y)*step)
	// The conversions keep a compiler from fusing a product and a sum into one
	// rounding, which some processors can: then the picture would differ between
	// machines.
	zr, zi, n := 0.0, 0.0, 0
	for ; n < most; n++ {
		rr, ii := float64(zr*zr), float64(zi*zi)
		if rr+ii > 4 {
			break
		}
		zr, zi = rr-ii+re, float64(2*zr*zi)+im
	}
	return n
}

// shade is the number of a pixel's colour.
func shade(iterations int) byte {
	if iterations == most {
		return 0
	}
	return byte(1 + iterations%255)
}

// palette runs from dark blue over white to orange and back; colour 0 is the
// set's own black.
func palette() color.Palette {
	stops := []color.RGBA{
		{0, 7, 100, 255}, {32, 107, 203, 255}, {237, 255, 255, 255},
		{255, 170, 0, 255}, {70, 20, 30, 255}, {0, 7, 100, 255},
	}
	const each = 17 // colours from one stop to the next
	p := color.Palette{color.RGBA{0, 0, 0, 255}}
	for i := range 255 {
		a, b := stops[i/each%5], stops[i/each%5+1]
		between := func(from, to uint8) uint8 {
			return uint8((int(from)*(each-i%each) + int(to)*(i%each)) / each)
		}
		p = append(p, color.RGBA{between(a.R, b.R), between(a.G, b.G), between(a.B, b.B), 255})
	}
	return p
}
