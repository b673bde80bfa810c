package main

// Share works in rounds of exchanges: after each, a worker knows the sum of a group twice as large.
// Workers beyond the largest power of two give their value to one of the others before, and get the
// total from it afterwards.
func Share(me, p, mine int, send func(to, value int), receive func(from int) int) (int, error) {
	power := 1
	for 2*power <= p {
		power *= 2
	}
	if me >= power {
		send(me-power, mine)
		return receive(me - power), nil
	}
	if me+power < p {
		mine += receive(me + power)
	}
	for step := 1; step < power; step *= 2 {
		send(me^step, mine)
		mine += receive(me ^ step)
	}
	if me+power < p {
		send(me+power, mine)
	}
	return mine, nil
}
