//go:build unix

package main

// A letter is a value and a flag that says that the value is there.
type letter struct{ value, ready uint64 }

// runUnpublished looks at a letter after each of the writer's two stores.
func runUnpublished(args []string) error {
	if err := parse(newFlags("unpublished"), args); err != nil {
		return err
	}
	mem, err := newMemory(4096)
	if err != nil {
		return err
	}
	defer mem.close()
	l, err := at[letter](mem.bytes, 0)
	if err != nil {
		return err
	}
	w, err := startWorker(mem, "writer", "unpublished-child")
	if err != nil {
		return err
	}
	defer w.end()
	for range 2 {
		if err := w.step(); err != nil {
			return err
		}
		if l.ready == 1 {
			say("ready: the value is %d", l.value)
		} else {
			say("not ready")
		}
	}
	return w.end()
}

// unpublishedChild stores in the order that the source of a correct program would not have. Two
// plain stores to different places may come out in it all the same: the compiler may exchange
// them, and so may an ARM processor. Here it is forced, so that it is seen on every run.
func unpublishedChild(args []string) error {
	mem, err := inherited()
	if err != nil {
		return err
	}
	l, err := at[letter](mem.bytes, 0)
	if err != nil {
		return err
	}
	if err := turn(); err != nil {
		return err
	}
	l.ready = 1 // NOTE: incorrect: a plain store publishes nothing
	say("[%s] stores ready", args[0])
	if err := done(); err != nil {
		return err
	}
	if err := turn(); err != nil {
		return err
	}
	l.value = 42
	say("[%s] stores the value", args[0])
	return done()
}
