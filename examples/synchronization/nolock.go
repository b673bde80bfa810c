package main

// runNoLock has two processes add 1 to a number in shared memory, without a lock, in an order
// that the parent dictates: both read before either writes.
func runNoLock(args []string) error {
	fs := newFlags("nolock")
	schedule := fs.String("schedule", "ABAB", "who takes the next step: A or B, twice each")
	if err := parse(fs, args); err != nil {
		return err
	}
	if err := checkSchedule(*schedule); err != nil {
		return err
	}
	c, err := newCrew()
	if err != nil {
		return err
	}
	defer c.end()
	for _, name := range []string{"A", "B"} {
		if _, err := c.start(name, "nolock-child"); err != nil {
			return err
		}
	}
	for _, who := range *schedule {
		if err := c.members[who-'A'].step(); err != nil {
			return err
		}
	}
	if err := c.wait(); err != nil {
		return err
	}
	say("2 additions, and the number is %d", number(c.mem, countAt).Load())
	return nil
}

func checkSchedule(s string) error {
	count := map[rune]int{}
	for _, who := range s {
		count[who]++
	}
	if len(s) != 4 || count['A'] != 2 || count['B'] != 2 {
		return usagef("-schedule %q: want two A and two B in any order, such as ABAB", s)
	}
	return nil
}

func noLockChild(args []string) error {
	m, err := join(args)
	if err != nil {
		return err
	}
	n := number(m.mem, countAt)
	m.allowed()
	v := n.Load()
	m.say("reads %d", v)
	if err := m.done(); err != nil {
		return err
	}
	m.allowed()
	n.Store(v + 1) // NOTE: incorrect: what was read may be out of date
	m.say("writes %d", v+1)
	return m.done()
}
