//go:build unix

package main

import (
	"sync/atomic"

	"example.com/lockstep/examples/hello/lockstep"
)

// turns is a number in shared memory whose loads and stores wait for their turn, each for one of
// its own, and tell the parent what they have done.
type turns struct {
	name string
	*atomic.Uint64
}

func (t turns) Load() uint64 {
	lockstep.Turn()
	value := t.Uint64.Load()
	lockstep.Done("loads %s: %d", t.name, value)
	return value
}

func (t turns) Store(value uint64) {
	lockstep.Turn()
	t.Uint64.Store(value)
	lockstep.Done("stores %s: %d", t.name, value)
}

func (t turns) Add(delta uint64) uint64 {
	lockstep.Turn()
	value := t.Uint64.Add(delta)
	lockstep.Done("adds %d to %s: %d", delta, t.name, value)
	return value
}

// step gives a process its turn, and says what it has done.
func step(p *lockstep.Process) (did string) {
	did, err := p.Step()
	lockstep.Check(err)
	lockstep.Say("[%s] %s", p.Name, did)
	return did
}
