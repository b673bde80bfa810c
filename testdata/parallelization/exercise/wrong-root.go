// want: worker 1 has 2, and the sum is 36
package main

// Share leaves the total with worker 0.
func Share(me, p, mine int, send func(to, value int), receive func(from int) int) (int, error) {
	for step := 1; step < p; step *= 2 {
		if me%(2*step) != 0 {
			send(me-step, mine)
			return mine, nil
		}
		if me+step < p {
			mine += receive(me + step)
		}
	}
	return mine, nil
}
