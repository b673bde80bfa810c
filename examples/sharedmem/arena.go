//go:build unix

package main

import (
	"errors"
	"fmt"
	"sync/atomic"
	"unsafe"

	"example.com/lockstep/examples/hello/lockstep"
)

// An arena is memory in which several processes put their data, one piece after another. Offsets
// from its beginning link the pieces: an address would be good in one process only.
type arena struct {
	top  atomic.Uint64 // everything from this offset on is free
	list atomic.Uint64 // offset of the first node; 0 is none
}

type node struct {
	Value uint64
	Next  uint64 // offset of the next node; 0 is none
}

// runArena lets two processes build one list, and walks it at two addresses.
func runArena(f *lockstep.Flags) {
	n := f.Number("n", 3, 1, 1000, "how many values each process puts in")
	size := f.Number("size", 32_768, 64, 1<<20, "bytes in the arena")
	f.Parse()
	file, memory := newMemory(*size &^ 7)
	a, err := at[arena](memory, 0)
	lockstep.Check(err)
	a.top.Store(uint64(unsafe.Sizeof(*a)))
	one, err := lockstep.Start("process 1", "pusher", file)
	lockstep.Check(err)
	two, err := lockstep.Start("process 2", "pusher", file)
	lockstep.Check(err)
	for i := range 2 * *n { // in turn, so that the order is known
		p := []*lockstep.Process{one, two}[i%2]
		did, err := p.Step(i + 1)
		lockstep.Check(err)
		lockstep.Say("[%s] %s", p.Name, did)
	}
	lockstep.Check(lockstep.EndAll(one, two))
	again, err := mapFile(file)
	lockstep.Check(err)
	lockstep.Say("mapped again, at another address: %t", &again[0] != &memory[0])
	for _, m := range [][]byte{memory, again} {
		values, err := walk(m)
		lockstep.Check(err)
		lockstep.Say("the list: %d", values)
	}
}

func pusher(args lockstep.Args) {
	memory, err := mapFile(args.File(0))
	lockstep.Check(err)
	for {
		var value uint64
		_, err := fmt.Sscan(lockstep.Turn(), &value)
		lockstep.Check(err)
		lockstep.Check(push(memory, value))
		lockstep.Done("puts %d in front", value)
	}
}

// push puts a value in front of the list. The node is complete before the list leads to it.
func push(memory []byte, value uint64) error {
	a, err := at[arena](memory, 0)
	if err != nil {
		return err
	}
	const size = uint64(unsafe.Sizeof(node{}))
	offset := a.top.Add(size) - size // for good: no two processes ever get the same place
	n, err := at[node](memory, offset)
	if err != nil {
		return fmt.Errorf("the arena is full: %w", err)
	}
	n.Value = value
	for {
		n.Next = a.list.Load()
		if a.list.CompareAndSwap(n.Next, offset) {
			return nil
		}
	}
}

// walk returns the list's values. It takes no more steps than there are nodes in the arena.
func walk(memory []byte) (values []uint64, err error) {
	a, err := at[arena](memory, 0)
	if err != nil {
		return nil, err
	}
	for offset := a.list.Load(); offset != 0; {
		if len(values) > len(memory)/16 {
			return nil, errors.New("the list has no end")
		}
		n, err := at[node](memory, offset)
		if err != nil {
			return nil, err
		}
		values = append(values, n.Value)
		offset = n.Next
	}
	return values, nil
}
