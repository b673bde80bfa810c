package main

import "strings"

// A plate is some rows of the whole, with a row of halo above and one below.
type plate struct {
	rows, cols int
	now, next  []float64
}

func newPlate(rows, cols int, top bool) *plate {
	p := &plate{rows, cols, make([]float64, (rows+2)*cols), make([]float64, (rows+2)*cols)}
	if top {
		for i := range cols {
			p.now[i], p.next[i] = 1, 1
		}
	}
	return p
}

func (p *plate) row(i int) []float64 { return p.now[i*p.cols : (i+1)*p.cols] }
func (p *plate) inner() []float64    { return p.now[p.cols : (p.rows+1)*p.cols] }

// warm computes rows from to to: each cell becomes the mean of its neighbours. Whoever computes it,
// it is the same sum in the same order, and so the same to the last bit.
func (p *plate) warm(from, to int) {
	for r := from; r <= to; r++ {
		above, here, below := p.row(r-1), p.row(r), p.row(r+1)
		for c := range here {
			left, right := 0.0, 0.0
			if c > 0 {
				left = here[c-1]
			}
			if c < p.cols-1 {
				right = here[c+1]
			}
			p.next[r*p.cols+c] = (above[c] + left + right + below[c]) / 4
		}
	}
}

// swap makes what was computed the present. The edge above the plate stays hot.
func (p *plate) swap() {
	p.now, p.next = p.next, p.now
}

func picture(cells []float64, cols int) string {
	const shades = " .:-=+*#%@"
	var b strings.Builder
	for i, t := range cells {
		if i > 0 && i%cols == 0 {
			b.WriteByte('\n')
		}
		b.WriteByte(shades[min(int(t*float64(len(shades))), len(shades)-1)])
	}
	return b.String()
}
