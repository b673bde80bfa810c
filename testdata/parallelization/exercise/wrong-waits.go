// want: for ever: all that are left wait
package main

// Share waits for its neighbour before it sends.
func Share(me, p, mine int, send func(to, value int), receive func(from int) int) (int, error) {
	for step := 1; step < p; step *= 2 {
		if other := me ^ step; other < p {
			value := receive(other)
			send(other, mine)
			mine += value
		}
	}
	return mine, nil
}
