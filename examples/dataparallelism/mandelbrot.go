package main

import (
	"crypto/sha256"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"

	"example.com/lockstep/examples/hello/lockstep"
	"golang.org/x/sync/errgroup"
)

// runMandelbrot computes a picture of the upper half of the Mandelbrot set. The rows at the bottom
// take longest, which makes it a fair test for a schedule.
func runMandelbrot(f *lockstep.Flags) {
	p := f.Number("p", 4, 1, 64, "how many processes")
	schedule := f.Choice("schedule", "dynamic", "how rows are handed out", schedules...)
	chunk := f.Number("chunk", 4, 1, 10_000, "rows of a piece; with guided, the least")
	width := f.Number("width", 720, 2, 4000, "pixels in a row, twice as many as there are rows")
	out := f.String("out", "", "the new PNG `file` to write")
	f.Parse()
	img := image.NewPaletted(image.Rect(0, 0, *width, *width/2), palette())
	painters := startPainters(*p, *width)
	lockstep.Check(paint(painters, img.Pix, *width, newHandout(*schedule, int64(*width/2), *p, int64(*chunk))))
	if *out != "" {
		file, err := os.OpenFile(*out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		lockstep.Check(err)
		lockstep.Check(png.Encode(file, img))
		lockstep.Check(file.Close())
	}
	lockstep.Say("%d rows of %d pixels, sha256 %x", *width/2, *width, sha256.Sum256(img.Pix))
}

func startPainters(p, width int) []*lockstep.Process {
	painters := make([]*lockstep.Process, p)
	for i := range painters {
		var err error
		painters[i], err = lockstep.Start(fmt.Sprintf("process %d", i+1), "painter", width)
		lockstep.Check(err)
	}
	return painters
}

// paint fills the pixels, row after row. A row that arrives has a place of its own: in whatever order
// they come, they are in order, and without a lock.
func paint(painters []*lockstep.Process, pixels []byte, width int, pieces *handout) error {
	var g errgroup.Group
	for i, p := range painters {
		g.Go(func() error {
			for piece, ok := pieces.take(i); ok; piece, ok = pieces.take(i) {
				rows, err := p.Step(piece.lo, piece.hi)
				if err != nil {
					return err
				}
				copy(pixels[int(piece.lo)*width:], rows)
			}
			return nil
		})
	}
	return g.Wait()
}

// painter computes the rows that it is told.
func painter(args lockstep.Args) {
	width := args.Int(0)
	for {
		var lo, hi int
		_, err := fmt.Sscan(lockstep.Turn(), &lo, &hi)
		lockstep.Check(err)
		var rows []byte
		for y := lo; y < hi; y++ {
			for x := range width {
				rows = append(rows, shade(pixel(width, x, y)))
			}
		}
		lockstep.Done("%s", rows)
	}
}

const most = 1000 // iterations of a pixel; those that reach it are in the set

// pixel returns how many iterations of z² + c a pixel takes until z is far away, in a picture that is
// so wide.
func pixel(width, x, y int) int {
	step := 3.0 / float64(width)
	re, im := -2.2+float64(float64(x)*step), 1.25-float64(float64(y)*step)
	// The conversions keep a compiler from fusing a product and a sum into one rounding, which some
	// processors can: then the picture would differ between machines.
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

// palette runs from dark blue over white to orange and back; colour 0 is the set's own black.
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
