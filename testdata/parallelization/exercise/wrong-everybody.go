// want: worker 0 needs 14 ticks, and 6 are enough
package main

// Share lets everybody send to everybody.
func Share(me, p, mine int, send func(to, value int), receive func(from int) int) (int, error) {
	sum := mine
	for i := range p {
		if i != me {
			send(i, mine)
		}
	}
	for i := range p {
		if i != me {
			sum += receive(i)
		}
	}
	return sum, nil
}
