package main

import (
	"bufio"
	"fmt"
)

// rowsChild computes rows of the picture: whole pieces, or as much of one as a
// step allows.
func rowsChild([]string) error {
	var task rowsTask
	return serve(task.handle)
}

// A rowsTask is a piece that is being worked on, pixel after pixel.
type rowsTask struct {
	view
	next, end int // pixels, counted through all rows
	credit    int // iterations it may still do
}

func (t *rowsTask) handle(request string, _ <-chan string, out *bufio.Writer) error {
	var v view
	var lo, hi, iterations int
	inside := func(n int, _ error) bool {
		return n == 4 && 0 < v.width && v.width <= mostWidth && 0 <= lo && lo <= hi &&
			hi <= v.height && v.height <= mostWidth
	}
	if inside(fmt.Sscanf(request, "rows %d %d %d %d", &v.width, &v.height, &lo, &hi)) {
		fmt.Fprintln(out, "rows")
		for y := lo; y < hi; y++ {
			for x := range v.width {
				out.WriteByte(shade(v.pixel(x, y))) // a failure shows in the flush
			}
		}
		return nil
	}
	if inside(fmt.Sscanf(request, "take %d %d %d %d", &v.width, &v.height, &lo, &hi)) {
		*t = rowsTask{v, lo * v.width, hi * v.width, 0}
		fmt.Fprintln(out, "taken")
		return nil
	}
	if n, _ := fmt.Sscanf(request, "step %d", &iterations); n == 1 && t.width > 0 {
		fmt.Fprintln(out, t.step(iterations))
		return nil
	}
	return fmt.Errorf("request %q is not known, or comes too early", request)
}

// step does so many iterations, and reports whether the piece is done. What the
// last pixel takes more is taken off the next step.
func (t *rowsTask) step(iterations int) string {
	for t.credit += iterations; t.credit > 0; t.next++ {
		if t.next == t.end {
			return "done"
		}
		t.credit -= 1 + t.pixel(t.next%t.width, t.next/t.width)
	}
	if t.next == t.end {
		return "done"
	}
	return "more"
}
