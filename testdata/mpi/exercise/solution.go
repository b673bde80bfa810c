package main

// Step begins all four messages and computes the rows inside. It waits, and computes the two at the
// edges.
func Step(p *plate, up, down int) error {
	last := p.rows
	p.Irecv(0, up)
	p.Irecv(last+1, down)
	p.Isend(1, up)
	p.Isend(last, down)
	p.Compute(2, last-1)
	p.Waitall()
	p.Compute(1, 1)
	if last > 1 {
		p.Compute(last, last)
	}
	return nil
}
