package mpi_test

import (
	"fmt"
	"runtime"
	"testing"

	"example.com/lockstep/examples/mpi/mpi"
)

func TestMoreRanksThanProcessors(t *testing.T) { testRole(t, 6, "crowd") }

func init() {
	roles["crowd"] = func(world *mpi.Comm) error {
		var c check
		me, n := world.Rank(), world.Size()
		left, right := (me+n-1)%n, (me+1)%n
		polled := 0 // Open MPI yields itself
		if v, err := mpi.Library(); err == nil && runtime.GOOS == "linux" && n > runtime.NumCPU() && v.ABI != "Open MPI ABI" {
			polled = 23 // messages and collectives: the ranks run one program, on one machine
		}
		c.equal("functions that poll", mpi.Polled(), polled)
		for i := range 20 {
			c.ok("Barrier", world.Barrier())
			in := []int{0}
			_, err := mpi.Sendrecv(world, []int{me + i}, right, i, in, left, i)
			c.ok("Sendrecv", err)
			c.equal("from the left", in[0], left+i)
			c.ok("Allreduce", mpi.Allreduce(world, []int{me}, in, mpi.Sum))
			c.equal("sum", in[0], n*(n-1)/2)
			if me%2 == 0 {
				c.ok("Ssend", mpi.Ssend(world, []int{me}, right, i))
			} else {
				_, err := mpi.Probe[int](world, left, i)
				c.ok("Probe", err)
				_, err = mpi.Recv(world, in, left, i)
				c.ok("Recv", err)
				c.equal("from the left", in[0], left)
			}
			v, err := mpi.BcastValue(world, fmt.Sprint(me), i%n)
			c.ok("BcastValue", err)
			c.equal("BcastValue", v, i%n)
		}
		return c.err()
	}
}
