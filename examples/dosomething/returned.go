package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"os"

	"example.com/lockstep/examples/hello/lockstep"
)

// runReturned lets processes make numbers and send them to the parent, which appends them to its
// own list.
func runReturned(f *lockstep.Flags) {
	k := f.Number("k", 3, 1, 64, "how many tasks, and processes")
	count := f.Number("count", 5, 1, 1_000_000, "random numbers in each")
	seed := f.Number("seed", 1, 0, 1<<31-1, "what all numbers follow from")
	f.Parse()
	var made []float64
	for i, from := range startSenders(*k, *count, *seed) {
		numbers, err := readNumbers(from, *count)
		lockstep.Check(err)
		lockstep.Say("[task %d] sent %d numbers", i+1, len(numbers))
		made = append(made, numbers...)
	}
	lockstep.Say("the parent's list has %d numbers, the first is %.6f", len(made), made[0])
}

// startSenders starts a process for each task, and returns the pipes from which their numbers come.
func startSenders(k, count, seed int) (pipes []io.Reader) {
	for task := 1; task <= k; task++ {
		from, to, err := os.Pipe()
		lockstep.Check(err)
		_, err = lockstep.Start(fmt.Sprintf("task %d", task), "sender", to, count, seed, task)
		lockstep.Check(err)
		to.Close() // the worker has its own; ours would hide its death
		pipes = append(pipes, from)
	}
	return pipes
}

// sender makes numbers and sends them, 8 bytes each.
func sender(args lockstep.Args) {
	random, numbers := stream(args.Int(2), args.Int(3)), make([]float64, args.Int(1))
	for i := range numbers {
		numbers[i] = random.Float64()
	}
	lockstep.Check(binary.Write(args.File(0), binary.LittleEndian, numbers))
}

// readNumbers reads count numbers. It is an error if there are fewer.
func readNumbers(r io.Reader, count int) ([]float64, error) {
	numbers := make([]float64, count)
	return numbers, binary.Read(r, binary.LittleEndian, numbers)
}
