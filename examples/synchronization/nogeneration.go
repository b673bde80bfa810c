package main

const (
	arrivedAt    = 64
	generationAt = 72
)

// runNoGeneration uses a barrier that is a counter twice. Who arrived first looks again too late:
// the other has begun the next round, and the counter says "wait" to both.
func runNoGeneration(args []string) error {
	fs := newFlags("nogeneration")
	fixed := fs.Bool("fixed", false, "wait for the generation to change, not for the counter")
	if err := parse(fs, args); err != nil {
		return err
	}
	c, err := newCrew()
	if err != nil {
		return err
	}
	defer c.end()
	for _, name := range []string{"A", "B"} {
		if _, err := c.start(name, "nogeneration-child", *fixed); err != nil {
			return err
		}
	}
	// A arrives and looks away; B completes the round, and arrives in the next; both look.
	a, b := c.members[0], c.members[1]
	if err := each([]*process{a, b, b, a, b}, (*process).step); err != nil {
		return err
	}
	say("A is in round %d, B in round %d", number(c.mem, 128).Load(), number(c.mem, 136).Load())
	return nil
}

func noGenerationChild(args []string) error {
	m, err := join(args)
	if err != nil {
		return err
	}
	fixed := args[1] == "true"
	const n = 2
	arrived, generation := number(m.mem, arrivedAt), number(m.mem, generationAt)
	round := number(m.mem, 128+8*int(m.name[0]-'A'))
	for {
		m.allowed()
		r := round.Add(1)
		before := generation.Load()
		if arrived.Add(1) == n {
			arrived.Store(0)
			generation.Add(1)
			m.say("arrives in round %d, the last: all go on", r)
			if err := m.done(); err != nil {
				return err
			}
			continue
		}
		m.say("arrives in round %d, and waits", r)
		if err := m.done(); err != nil {
			return err
		}
		for waits := true; waits; {
			m.allowed()
			if waits = arrived.Load() != 0; fixed { // NOTE: incorrect without fixed
				waits = generation.Load() == before
			}
			if waits {
				m.say("looks: round %d is not over", r)
			} else {
				m.say("looks: round %d is over", r)
			}
			if err := m.done(); err != nil {
				return err
			}
		}
	}
}
