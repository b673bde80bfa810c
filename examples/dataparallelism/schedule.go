package main

import "fmt"

// runSchedule shows who works on what under a schedule. Real processes compute
// real rows of the picture, but in lockstep: in a tick each may do so many
// iterations, and the next tick begins when all have. So the figure is the same
// on every machine, however busy.
func runSchedule(args []string) error {
	fs := newFlags("schedule")
	p := intFlag(fs, "p", 4, 1, 9, "how many processes")
	chunk := intFlag(fs, "chunk", 2, 1, 48, "rows of a piece; with guided, the least")
	only := fs.String("schedule", "all", "static, cyclic, dynamic, guided or all")
	if err := parse(fs, args); err != nil {
		return err
	}
	show := schedules
	if *only != "all" {
		if err := checkSchedule(*only); err != nil {
			return err
		}
		show = []string{*only}
	}
	c, err := startCrew(*p, "rows-child")
	if err != nil {
		return err
	}
	for _, s := range show {
		if err = c.inLockstep(s, int64(*chunk)); err != nil {
			break
		}
	}
	return c.end(err)
}

const perTick = 12_000 // iterations

func (c crew) inLockstep(schedule string, chunk int64) error {
	v := view{96, 48}
	pieces := newHandout(schedule, int64(v.height), len(c), chunk)
	lanes := make([][]byte, len(c))
	letter := make([]byte, len(c)) // of the piece a process works on; 0 is none
	ticks, worked, next := 0, 0, byte('A')
	for busy := true; busy; {
		busy = false
		for i, w := range c {
			if letter[i] > 0 {
				continue
			}
			if p, ok := pieces.take(i); ok {
				if err := w.order("taken", "take %d %d %d %d", v.width, v.height, p.lo, p.hi); err != nil {
					return err
				}
				letter[i] = next
				if next++; next == 'Z'+1 {
					next = 'a'
				}
			}
		}
		for i := range c {
			busy = busy || letter[i] > 0
		}
		if !busy {
			break
		}
		ticks++
		err := c.each(func(i int, w *worker) error { // each writes its own elements only
			if letter[i] == 0 {
				lanes[i] = append(lanes[i], '.')
				return nil
			}
			lanes[i] = append(lanes[i], letter[i])
			answer, err := w.ask("step %d", perTick)
			switch {
			case err != nil:
				return err
			case answer == "done":
				letter[i] = 0
			case answer != "more":
				return fmt.Errorf("process %d: answers %.40q, want done or more", w.number, answer)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	for _, lane := range lanes {
		for _, at := range lane {
			if at != '.' {
				worked++
			}
		}
	}
	say("%s: %d ticks, at work for %d %% of the time", schedule, ticks, 100*worked/(ticks*len(c)))
	for i, lane := range lanes {
		say("[process %d] %s", i+1, lane)
	}
	return nil
}
