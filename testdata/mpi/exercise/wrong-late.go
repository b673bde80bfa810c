// want: computes before it begins to send and receive
package main

// Step computes first, and nothing travels meanwhile.
func Step(p *plate, up, down int) error {
	p.Compute(2, p.rows-1)
	p.Irecv(0, up)
	p.Irecv(p.rows+1, down)
	p.Isend(1, up)
	p.Isend(p.rows, down)
	p.Waitall()
	p.Compute(1, 1)
	if p.rows > 1 {
		p.Compute(p.rows, p.rows)
	}
	return nil
}
