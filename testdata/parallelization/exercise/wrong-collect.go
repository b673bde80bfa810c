// want: ticks, and 6 are enough
package main

// Share lets worker 0 collect all values and send the total to everybody.
func Share(me, p, mine int, send func(to, value int), receive func(from int) int) (int, error) {
	if me > 0 {
		send(0, mine)
		return receive(0), nil
	}
	for i := 1; i < p; i++ {
		mine += receive(i)
	}
	for i := 1; i < p; i++ {
		send(i, mine)
	}
	return mine, nil
}
