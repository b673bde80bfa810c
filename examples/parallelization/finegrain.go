package main

// runFineGrain lets processes add pieces, and asks for each of them.
func runFineGrain(args []string) error {
	fs := newFlags("finegrain")
	n, p := addFlags(fs)
	// NOTE: incorrect: with a grain of 1 each addition of two numbers takes two messages.
	grain := intFlag(fs, "grain", 1, 1, 50_000_000, "how many numbers a request is for")
	if err := parse(fs, args); err != nil {
		return err
	}
	v, mem, err := sharedVectors(*n)
	if err != nil {
		return err
	}
	defer mem.close()
	var m meter
	c, err := startCrew(*p, mem, "add-child", &m)
	if err != nil {
		return err
	}
	if err := c.end(c.addGrains(*n, *grain)); err != nil {
		return err
	}
	say("%d sums, checksum %s", *n, v.checksum())
	say("%d requests, %d bytes through pipes for %d additions",
		m.requests.Load(), m.bytes.Load(), m.additions.Load())
	return nil
}

// addGrains lets each process do its part in pieces.
func (c *crew) addGrains(n, grain int) error {
	return c.each(func(i int, w *worker) error {
		lo, end := part(i, len(c.workers), n)
		for ; lo < end; lo += grain {
			if err := c.ask(w, request{opAdd, lo, min(lo+grain, end)}); err != nil {
				return err
			}
		}
		return nil
	})
}
