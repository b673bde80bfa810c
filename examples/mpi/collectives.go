package main

import "example.com/lockstep/examples/mpi/mpi"

// runCollectives shows what every rank gives to an operation of all ranks, and what it gets.
func runCollectives(args []string) error {
	if err := parse(newFlags("collectives"), args); err != nil {
		return err
	}
	return ranks(1, func(world *mpi.Comm) error {
		for _, f := range []func(*mpi.Comm) error{fromOne, toOne, amongAll, partial} {
			if err := f(world); err != nil {
				return err
			}
		}
		return nil
	})
}

// fromOne: rank 0 has it, the others get it or a part of it.
func fromOne(world *mpi.Comm) error {
	me, n := world.Rank(), world.Size()
	data := []int{0, 0}
	if me == 0 {
		data = []int{7, 9}
	}
	if err := mpi.Bcast(world, data, 0); err != nil {
		return err
	}
	lane(world, "of %d: Bcast of 7 9 gives %v", n, data)

	part := make([]int, 1)
	if err := mpi.Scatter(world, squares(0, n), part, 0); err != nil {
		return err
	}
	lane(world, "Scatter of the squares gives %v", part)

	counts := make([]int, n) // rank i gets i numbers
	for i := range counts {
		counts[i] = i
	}
	part = make([]int, me)
	if err := mpi.Scatterv(world, squares(0, n*(n-1)/2), counts, part, 0); err != nil {
		return err
	}
	lane(world, "Scatterv, %d of them to this rank, gives %v", me, part)
	return nil
}

// toOne: all have some of it, rank 0 gets it.
func toOne(world *mpi.Comm) error {
	me, n := world.Rank(), world.Size()
	all := make([]int, n)
	if err := mpi.Gather(world, []int{10 * me}, all, 0); err != nil {
		return err
	}
	sum := make([]int, 1)
	if err := mpi.Reduce(world, []int{10 * me}, sum, mpi.Sum, 0); err != nil {
		return err
	}
	if me == 0 {
		lane(world, "Gather of 10 × rank gives %v, Reduce by sum %v", all, sum)
	}
	return nil
}

// amongAll: all give and all get.
func amongAll(world *mpi.Comm) error {
	me, n := world.Rank(), world.Size()
	all, largest, crossed := make([]int, n), make([]int, 1), make([]int, n)
	if err := mpi.Allgather(world, []int{10 * me}, all); err != nil {
		return err
	}
	if err := mpi.Allreduce(world, []int{10 * me}, largest, mpi.Max); err != nil {
		return err
	}
	lane(world, "Allgather gives %v, Allreduce by maximum %v", all, largest)
	mine := make([]int, n)
	for to := range mine {
		mine[to] = 10*me + to
	}
	if err := mpi.Alltoall(world, mine, crossed); err != nil {
		return err
	}
	lane(world, "Alltoall of %v gives %v", mine, crossed)
	return nil
}

// partial: each gets the combination of the ranks up to it, or before it.
func partial(world *mpi.Comm) error {
	me := []int{world.Rank() + 1}
	upTo, before := []int{0}, []int{0}
	if err := mpi.Scan(world, me, upTo, mpi.Sum); err != nil {
		return err
	}
	if err := mpi.Exscan(world, me, before, mpi.Sum); err != nil {
		return err
	}
	lane(world, "Scan of rank + 1 gives %v, Exscan %v", upTo, before)
	return nil
}

func squares(from, n int) []int {
	s := make([]int, n)
	for i := range s {
		s[i] = (from + i) * (from + i)
	}
	return s
}
