package main

import (
	"math/big"

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/mpi/mpi"
)

// collectives shows what every rank gives to an operation of all ranks, and what it gets.
func collectives(world *mpi.Comm) {
	fromOne(world)
	toOne(world)
	amongAll(world)
	upToEach(world)
}

// fromOne: rank 0 has it, and the others get it, or a part of it.
func fromOne(world *mpi.Comm) {
	me, n := world.Rank(), world.Size()
	data := []int{0, 0}
	if me == 0 {
		data = []int{7, 9}
	}
	lockstep.Check(mpi.Bcast(world, data, 0))
	lockstep.Say("[rank %d] of %d: Bcast of 7 9 gives %v", me, n, data)

	squares, counts := make([]int, n*(n+1)/2), make([]int, n)
	for i := range squares {
		squares[i] = i * i
	}
	for i := range counts {
		counts[i] = i // so many for rank i
	}
	one, some := make([]int, 1), make([]int, me)
	lockstep.Check(mpi.Scatter(world, squares[:n], one, 0))
	lockstep.Say("[rank %d] Scatter of the squares gives %v", me, one)
	lockstep.Check(mpi.Scatterv(world, squares[:n*(n-1)/2], counts, some, 0))
	lockstep.Say("[rank %d] Scatterv, %d of them to this rank, gives %v", me, me, some)
}

// toOne: all have some of it, and rank 0 gets it.
func toOne(world *mpi.Comm) {
	mine, sum, all := []int{10 * world.Rank()}, make([]int, 1), make([]int, world.Size())
	lockstep.Check(mpi.Gather(world, mine, all, 0))
	lockstep.Check(mpi.Reduce(world, mine, sum, mpi.Sum, 0))
	if world.Rank() == 0 {
		lockstep.Say("[rank 0] Gather of 10 × rank gives %v, Reduce by sum %v", all, sum)
	}
}

// amongAll: all give, and all get.
func amongAll(world *mpi.Comm) {
	me, n := world.Rank(), world.Size()
	all, largest, crossed := make([]int, n), make([]int, 1), make([]int, n)
	lockstep.Check(mpi.Allgather(world, []int{10 * me}, all))
	lockstep.Check(mpi.Allreduce(world, []int{10 * me}, largest, mpi.Max))
	lockstep.Say("[rank %d] Allgather gives %v, Allreduce by maximum %v", me, all, largest)
	mine := make([]int, n)
	for to := range mine {
		mine[to] = 10*me + to
	}
	lockstep.Check(mpi.Alltoall(world, mine, crossed))
	lockstep.Say("[rank %d] Alltoall of %v gives %v", me, mine, crossed)
}

// upToEach: each gets the sum of the ranks up to it, or before it.
func upToEach(world *mpi.Comm) {
	mine, upTo, before := []int{world.Rank() + 1}, []int{0}, []int{0}
	lockstep.Check(mpi.Scan(world, mine, upTo, mpi.Sum))
	lockstep.Check(mpi.Exscan(world, mine, before, mpi.Sum))
	lockstep.Say("[rank %d] Scan of rank + 1 gives %v, Exscan %v", world.Rank(), upTo, before)
}

// order adds up numbers of very different size: the sum depends on the order, and Reduce's order is
// the library's own.
func order(world *mpi.Comm) {
	numbers, mine := []float64{1e16, 1, 1, -1e16}, []float64{0}
	if me := world.Rank(); me < len(numbers) {
		mine[0] = numbers[me]
	}
	lockstep.Say("[rank %d] of %d gives %g", world.Rank(), world.Size(), mine[0])
	sum, all := []float64{0}, make([]float64, world.Size())
	lockstep.Check(mpi.Reduce(world, mine, sum, mpi.Sum, 0))
	lockstep.Check(mpi.Gather(world, mine, all, 0))
	if world.Rank() == 0 {
		lockstep.Say("Reduce, in the library's order: %g", sum[0])
		lockstep.Say("Gather, added in the order of the ranks: %g", inRankOrder(all))
		lockstep.Say("Gather, added exactly and rounded once: %g", exactly(all))
	}
}

func inRankOrder(numbers []float64) (sum float64) {
	for _, x := range numbers {
		sum += x
	}
	return sum
}

// exactly needs as many bits as lie between the largest and the smallest number.
func exactly(numbers []float64) float64 {
	sum := new(big.Float).SetPrec(2200)
	for _, x := range numbers {
		sum.Add(sum, big.NewFloat(x))
	}
	rounded, _ := sum.Float64()
	return rounded
}
