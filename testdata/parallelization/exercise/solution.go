package main

// Share adds up in pairs, as on the page: in each round half of the workers that are left pass their
// sum on. Then the total goes back by the same ways, in the opposite order.
func Share(me, p, mine int, send func(to, value int), receive func(from int) int) (int, error) {
	step := 1
	for ; step < p && me%(2*step) == 0; step *= 2 {
		if me+step < p {
			mine += receive(me + step)
		}
	}
	if me > 0 {
		send(me-step, mine)
		mine = receive(me - step)
	}
	for step /= 2; step > 0; step /= 2 {
		if me+step < p {
			send(me+step, mine)
		}
	}
	return mine, nil
}
