//go:build unix

package main

import (
	"fmt"

	"example.com/lockstep/examples/hello/lockstep"
)

// runArray lets n processes square the numbers of one array, each in its own part. Nothing is sent
// back: the results are where the parent looks.
func runArray(f *lockstep.Flags) {
	n := f.Number("n", 4, 1, 64, "how many processes")
	length := f.Number("len", 1000, 1, 1_000_000, "how many numbers")
	victim := f.Number("kill", 0, 0, 64, "kill this process before it begins; 0 is none")
	f.Parse()
	if *victim > *n {
		lockstep.Usage("-kill %d: there are only %d processes", *victim, *n)
	}
	file, memory := newMemory(*length * 8)
	cells, err := numbers[uint64](memory)
	lockstep.Check(err)
	for i := range cells {
		cells[i] = uint64(i) + 1
	}
	processes := make([]*lockstep.Process, *n)
	for i := range processes {
		from, to := i**length / *n, (i+1)**length / *n
		processes[i], err = lockstep.Start(fmt.Sprintf("process %d", i+1), "squarer", file, from, to)
		lockstep.Check(err)
	}
	if *victim > 0 {
		processes[*victim-1].Kill() // WaitAll says how it ended
	}
	for _, p := range processes {
		p.Allow()
	}
	err = lockstep.WaitAll(processes...)
	squared, sum := 0, uint64(0)
	for i, v := range cells {
		if k := uint64(i) + 1; v == k*k {
			squared++
			sum += v
		}
	}
	lockstep.Say("%d of %d numbers are squared, their sum is %d", squared, *length, sum)
	lockstep.Check(err)
}

// squarer squares the numbers from one place of the array up to another.
func squarer(args lockstep.Args) {
	memory, err := mapFile(args.File(0))
	lockstep.Check(err)
	cells, err := numbers[uint64](memory)
	lockstep.Check(err)
	mine := cells[args.Int(1):args.Int(2)]
	lockstep.Turn()
	for i := range mine {
		mine[i] *= mine[i]
	}
	lockstep.Say("squares %d numbers", len(mine))
}
