package main

import (
	"bufio"
	"fmt"
	"math"
	"os"
	"time"

	"example.com/lockstep/examples/mpi/mpi"
)

// What runBench measures. testdata/mpi/bench.c is the same program in C.
const (
	benchEnd = iota
	benchPingpong
	benchAllreduce
	benchHalo
	benchPi
)

// runBench measures what it is told to on standard input: a kind, a size in bytes and a number of
// repetitions. Rank 0 reads it, all do it, and rank 0 prints the nanoseconds that it took, those of
// one repetition in the fastest burst, and what was found out besides.
func runBench([]string) error {
	return ranks(2, func(world *mpi.Comm) error {
		in, order := bufio.NewReader(os.Stdin), make([]int, 3)
		for {
			if world.Rank() == 0 {
				if _, err := fmt.Fscan(in, &order[0], &order[1], &order[2]); err != nil {
					order[0] = benchEnd // end of file: whoever measures has gone
				}
				if order[0] < benchEnd || order[0] > benchPi || order[1] < 0 || order[2] < 0 {
					return fmt.Errorf("bench: no such measurement: %v", order)
				}
			}
			if err := mpi.Bcast(world, order, 0); err != nil || order[0] == benchEnd {
				return err
			}
			run := [...]func(*mpi.Comm, *bursts, int, int) (float64, error){
				benchPingpong: measurePingpong, benchAllreduce: measureAllreduce,
				benchHalo: measureHalo, benchPi: measurePi,
			}[order[0]]
			if err := world.Barrier(); err != nil {
				return err
			}
			var w bursts
			begin := time.Now()
			extra, err := run(world, &w, order[1], order[2])
			if err != nil {
				return err
			}
			if world.Rank() == 0 {
				took := float64(time.Since(begin).Nanoseconds())
				say("%.0f %g %g", took, w.fastest(took/float64(order[2])), extra)
			}
		}
	})
}

// measurePingpong passes n messages between ranks 0 and 1, alternately.
func measurePingpong(world *mpi.Comm, w *bursts, size, n int) (float64, error) {
	buf, me := make([]byte, size), world.Rank()
	if me > 1 {
		return 0, nil
	}
	for i := range n {
		w.before(i)
		if i%2 == me {
			if err := mpi.Send(world, buf, 1-me, 0); err != nil {
				return 0, err
			}
		} else if _, err := mpi.Recv(world, buf, 1-me, 0); err != nil {
			return 0, err
		}
	}
	return 0, nil
}

func measureAllreduce(world *mpi.Comm, w *bursts, size, n int) (float64, error) {
	in, out := make([]float64, size/8), make([]float64, size/8)
	for i := range n {
		w.before(i)
		if err := mpi.Allreduce(world, in, out, mpi.Sum); err != nil {
			return 0, err
		}
	}
	return 0, nil
}

// measureHalo exchanges rows with the neighbours above and below, as heat does.
func measureHalo(world *mpi.Comm, w *bursts, size, n int) (float64, error) {
	p := newPlate(2, size/8, true)
	up, down := neighbours(world)
	for i := range n {
		w.before(i)
		if _, err := mpi.Sendrecv(world, p.row(1), up, 0, p.row(3), down, 0); err != nil {
			return 0, err
		}
		if _, err := mpi.Sendrecv(world, p.row(2), down, 1, p.row(0), up, 1); err != nil {
			return 0, err
		}
	}
	return 0, nil
}

// measurePi returns how far the estimates of π from sixteen seeds are off: the root of their mean
// square.
func measurePi(world *mpi.Comm, _ *bursts, samples, n int) (float64, error) {
	squares := 0.0
	for range n {
		squares = 0
		for seed := range uint64(16) {
			mine := part(samples, world.Rank(), world.Size())
			inside := []int{darts(seed, world.Rank(), mine)}
			if err := mpi.Allreduce(world, inside, inside, mpi.Sum); err != nil {
				return 0, err
			}
			off := 4*float64(inside[0])/float64(samples) - math.Pi
			squares += off * off
		}
	}
	return math.Sqrt(squares / 16), nil
}
