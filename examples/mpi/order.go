package main

import (
	"math/big"

	"example.com/lockstep/examples/mpi/mpi"
)

// runOrder adds up numbers of very different size: the sum depends on the order, and Reduce's order
// is the library's own.
func runOrder(args []string) error {
	if err := parse(newFlags("order"), args); err != nil {
		return err
	}
	return ranks(4, func(world *mpi.Comm) error {
		numbers := []float64{1e16, 1, 1, -1e16}
		mine := []float64{0}
		if me := world.Rank(); me < len(numbers) {
			mine[0] = numbers[me]
		}
		lane(world, "of %d gives %g", world.Size(), mine[0])
		sum, all := []float64{0}, make([]float64, world.Size())
		if err := mpi.Reduce(world, mine, sum, mpi.Sum, 0); err != nil {
			return err
		}
		if err := mpi.Gather(world, mine, all, 0); err != nil {
			return err
		}
		if world.Rank() > 0 {
			return nil
		}
		say("Reduce, in the library's order: %g", sum[0])
		say("Gather, added in the order of the ranks: %g", inRankOrder(all))
		say("Gather, added exactly and rounded once: %g", exactly(all))
		return nil
	})
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
