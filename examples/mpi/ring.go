package main

import (
	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/mpi/mpi"
)

// ring passes a token around: each rank adds its number and hands the token to the next.
func ring(world *mpi.Comm) {
	me, n := world.Rank(), world.Size()
	next, last := (me+1)%n, (me+n-1)%n
	token := []int{0}
	if me == 0 {
		lockstep.Check(mpi.Send(world, token, next, 0))
	}
	_, err := mpi.Recv(world, token, last, 0)
	lockstep.Check(err)
	lockstep.Say("[rank %d] of %d has the token %d from rank %d", me, n, token[0], last)
	if me > 0 {
		token[0] += me
		lockstep.Check(mpi.Send(world, token, next, 0))
	}
}
