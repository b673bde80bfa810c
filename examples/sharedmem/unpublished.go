//go:build unix

package main

import (
	"sync/atomic"

	"example.com/lockstep/examples/hello/lockstep"
)

// A letter is a value, and a flag that says that the value is there.
type letter struct{ value, ready atomic.Uint64 }

// runUnpublished lets one process look at a letter after each of the writer's two stores.
func runUnpublished(f *lockstep.Flags) {
	fixed := f.Bool("fixed", false, "store the value first, and then the flag")
	f.Parse()
	file, _ := share[letter]()
	writer, err := lockstep.Start("writer", "announcer", file, *fixed)
	lockstep.Check(err)
	reader, err := lockstep.Start("reader", "looker", file)
	lockstep.Check(err)
	for range 2 {
		step(writer)
		step(reader)
	}
	lockstep.Check(lockstep.EndAll(writer, reader))
}

func announcer(args lockstep.Args) {
	l := mapped[letter](args.File(0))
	publish := publishEarly
	if args[1] == "true" {
		publish = publishValue
	}
	publish(turns{"value", &l.value}, turns{"ready", &l.ready}, 42)
}

// publishEarly stores a value and a flag that says that it is there.
func publishEarly(value, ready interface{ Store(uint64) }, v uint64) {
	ready.Store(1) // NOTE: incorrect: it is not there yet
	value.Store(v)
}

// publishValue stores a value and a flag that says that it is there.
func publishValue(value, ready interface{ Store(uint64) }, v uint64) {
	value.Store(v)
	ready.Store(1) // who loads 1 here sees the value, too
}

func looker(args lockstep.Args) {
	l := mapped[letter](args.File(0))
	for {
		lockstep.Turn()
		if l.ready.Load() == 1 {
			lockstep.Done("sees the flag, and loads value: %d", l.value.Load())
		} else {
			lockstep.Done("sees no flag")
		}
	}
}
