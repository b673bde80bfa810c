package main

import "math"

// bodies is the job that computes: n bodies attract each other, so a step takes n times n
// interactions, and moves only n bodies. A body is seven numbers.
type bodies []float64

const (
	x, y, z    = 0, 1, 2
	vx, vy, vz = 3, 4, 5
	mass       = 6
	bodySize   = 7
)

func newBodies(cells []float64) bodies {
	for i := range cells {
		cells[i] = float64((i*7919)%1009)/1009 + 0.5 // anywhere, and the same every time
	}
	return cells
}

func (b bodies) n() int { return len(b) / bodySize }

// attract changes the velocities of bodies lo to hi. It reads the positions of all, which nobody
// changes meanwhile, and always in the same order: so the result does not depend on who does it.
func (b bodies) attract(lo, hi int) {
	const dt = 1e-6
	for i := lo; i < hi; i++ {
		me := b[i*bodySize : (i+1)*bodySize : (i+1)*bodySize]
		var ax, ay, az float64
		for j := 0; j+bodySize <= len(b); j += bodySize {
			other := b[j : j+bodySize : j+bodySize]
			dx, dy, dz := other[x]-me[x], other[y]-me[y], other[z]-me[z]
			// A conversion rounds. Without it some processors would multiply and add in one
			// step, and the last bit would differ from machine to machine.
			d := float64(dx*dx) + float64(dy*dy) + float64(dz*dz) + 1e-9
			// Not d*math.Sqrt(d): on amd64 a square root keeps half of the register it goes into,
			// so it waits for what was there, which would be this product of the body before. It
			// took twice as long, or did not, as chance had left the register.
			f := other[mass] / math.Sqrt(d*d*d)
			ax += float64(f * dx)
			ay += float64(f * dy)
			az += float64(f * dz)
		}
		me[vx] += float64(ax * dt)
		me[vy] += float64(ay * dt)
		me[vz] += float64(az * dt)
	}
}

// move changes the positions of bodies lo to hi.
func (b bodies) move(lo, hi int) {
	for i := lo * bodySize; i < hi*bodySize; i += bodySize {
		b[i+x] += b[i+vx]
		b[i+y] += b[i+vy]
		b[i+z] += b[i+vz]
	}
}
