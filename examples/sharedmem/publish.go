//go:build unix

package main

import "sync/atomic"

// A published letter's flag is an atomic: who loads 1 from it sees all that was stored before.
type publishedLetter struct {
	value uint64
	ready atomic.Uint64
}

// runPublish looks at the letter after each of the writer's two stores.
func runPublish(args []string) error {
	if err := parse(newFlags("publish"), args); err != nil {
		return err
	}
	mem, err := newMemory(4096)
	if err != nil {
		return err
	}
	defer mem.close()
	l, err := at[publishedLetter](mem.bytes, 0)
	if err != nil {
		return err
	}
	w, err := startWorker(mem, "writer", "publish-child")
	if err != nil {
		return err
	}
	defer w.end()
	for range 2 {
		if err := w.step(); err != nil {
			return err
		}
		if l.ready.Load() == 1 {
			say("ready: the value is %d", l.value)
		} else {
			say("not ready")
		}
	}
	return w.end()
}

func publishChild(args []string) error {
	mem, err := inherited()
	if err != nil {
		return err
	}
	l, err := at[publishedLetter](mem.bytes, 0)
	if err != nil {
		return err
	}
	if err := turn(); err != nil {
		return err
	}
	l.value = 42
	say("[%s] stores the value", args[0])
	if err := done(); err != nil {
		return err
	}
	if err := turn(); err != nil {
		return err
	}
	l.ready.Store(1) // everything above is before it, for who sees it
	say("[%s] stores ready", args[0])
	return done()
}
