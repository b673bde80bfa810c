package main

import "sync"

// runNBody lets processes, or goroutines, do the steps of the n-body problem.
func runNBody(args []string) error {
	fs := newFlags("nbody")
	n := intFlag(fs, "bodies", 512, 1, 20_000, "how many bodies")
	p := intFlag(fs, "p", 4, 1, 64, "how many processes or goroutines")
	steps := intFlag(fs, "steps", 3, 1, 1000, "how many steps")
	by := fs.String("by", "processes", "who computes: processes or goroutines")
	if err := parse(fs, args); err != nil {
		return err
	}
	attract := map[string]func(n, p, steps int, m *meter) (string, error){
		"processes": attractByProcesses, "goroutines": attractByGoroutines,
	}[*by]
	if attract == nil {
		return usagef("-by %q: want processes or goroutines", *by)
	}
	var m meter
	result, err := attract(*n, *p, *steps, &m)
	if err != nil {
		return err
	}
	say("%d steps, %d interactions, checksum %s", *steps, *steps**n**n, result)
	if *by == "processes" {
		say("%d requests, %d bytes through pipes", m.requests.Load(), m.bytes.Load())
	}
	return nil
}

func attractByProcesses(n, p, steps int, m *meter) (string, error) {
	b, mem, err := sharedBodies(n)
	if err != nil {
		return "", err
	}
	defer mem.close()
	c, err := startCrew(p, mem, "nbody-child", m)
	if err != nil {
		return "", err
	}
	for range steps {
		if err == nil {
			err = c.step(n)
		}
	}
	if err := c.end(err); err != nil {
		return "", err
	}
	return checksum(bytesOf(b)), nil
}

func sharedBodies(n int) (bodies, *memory, error) {
	mem, err := newMemory(n * bodySize * 8)
	if err != nil {
		return nil, nil, err
	}
	cells, err := numbersOf[float64](mem.bytes)
	if err != nil {
		return nil, nil, err
	}
	return newBodies(cells), mem, nil
}

// step has two halves. No body may move while somebody still looks where it is: so everybody waits
// for the slowest, twice. That is what a barrier costs.
func (c *crew) step(n int) error {
	if err := c.all(opAttract, n); err != nil {
		return err
	}
	return c.all(opMove, n)
}

func nbodyChild([]string) error {
	mem, err := inherited()
	if err != nil {
		return err
	}
	cells, err := numbersOf[float64](mem.bytes)
	if err != nil {
		return err
	}
	b := bodies(cells)
	return serve(b.n(), func(r request) (int, error) {
		switch r.op {
		case opAttract:
			b.attract(r.lo, r.hi)
		case opMove:
			b.move(r.lo, r.hi)
		default:
			return 0, errNotAsked
		}
		return r.hi - r.lo, nil
	})
}

func attractByGoroutines(n, p, steps int, _ *meter) (string, error) {
	b := newBodies(make([]float64, n*bodySize))
	for range steps {
		b.step(p)
	}
	return checksum(bytesOf(b)), nil
}

func (b bodies) step(p int) {
	for _, half := range []func(lo, hi int){b.attract, b.move} {
		var all sync.WaitGroup
		for i := range p {
			lo, hi := part(i, p, b.n())
			all.Go(func() { half(lo, hi) })
		}
		all.Wait()
	}
}
