// want: 5 workers: worker 1 has 10, and the sum is 15
package main

// Share exchanges in rounds, and leaves out a neighbour that isn't there.
func Share(me, p, mine int, send func(to, value int), receive func(from int) int) (int, error) {
	for step := 1; step < p; step *= 2 {
		if other := me ^ step; other < p {
			send(other, mine)
			mine += receive(other)
		}
	}
	return mine, nil
}
