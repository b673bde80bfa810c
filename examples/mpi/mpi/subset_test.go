package mpi_test

import (
	"fmt"
	"testing"

	"example.com/lockstep/examples/mpi/mpi"
)

func TestSubset(t *testing.T) { testRole(t, 3, "subset") }

func init() {
	roles["subset"] = func(world *mpi.Comm) error {
		var c check
		me := world.Rank()
		sub, err := world.Subset([]int{2, 0}, 7)
		c.ok("Subset", err)
		if me == 1 { // it need not even call it
			if sub != nil {
				c.errorf("rank 1 is in %v", sub)
			}
			return c.err()
		}
		c.equal("rank and size", []int{sub.Rank(), sub.Size()}, []int{1 - me/2, 2})
		sum := []int{me + 1}
		c.ok("Allreduce", mpi.Allreduce(sub, sum, sum, mpi.Sum))
		c.equal("sum", sum[0], 4)
		_, err = mpi.Recv(sub, sum, 2, 0)
		c.is("its errors are returned", err, mpi.ErrRank)
		c.ok("Free", sub.Free())
		for _, ranks := range [][]int{{0, 3}, {-1, me}, {me, me}} {
			_, err = world.Subset(ranks, 0)
			c.is(fmt.Sprint(ranks), err, mpi.ErrRank)
		}
		_, err = world.Subset([]int{me}, -1)
		c.is("negative tag", err, mpi.ErrTag)
		return c.err()
	}
}
