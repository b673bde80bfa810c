package mpi_test

import (
	"testing"

	"example.com/lockstep/examples/mpi/mpi"
)

func TestOwnOperations(t *testing.T) { testRole(t, 3, "own-operations") }

func init() {
	roles["own-operations"] = func(world *mpi.Comm) error {
		var c check
		me, n := world.Rank(), world.Size()
		// 2 × 2 matrices: the order matters.
		multiply, err := mpi.NewOp(func(in, inout []int) {
			for i := 0; i < len(in); i += 4 {
				a, b := in[i:i+4], inout[i:i+4]
				b[0], b[1], b[2], b[3] = a[0]*b[0]+a[1]*b[2], a[0]*b[1]+a[1]*b[3], a[2]*b[0]+a[3]*b[2], a[2]*b[1]+a[3]*b[3]
			}
		}, false)
		if err != nil {
			return err
		}
		out := make([]int, 4)
		c.ok("Allreduce", mpi.Allreduce(world, []int{1, me + 1, 0, 2}, out, multiply))
		c.equal("the product", out, []int{1, 3 + 2*2 + 1*4, 0, 8})
		longest, err := mpi.NewOp(func(in, inout []float64) {
			for i := range in {
				inout[i] = max(in[i], -in[i], inout[i], -inout[i])
			}
		}, true)
		c.ok("NewOp", err)
		x := []float64{float64(-me)}
		q, err := mpi.Iallreduce(world, x, x, longest)
		c.ok("Iallreduce", err)
		_, err = q.Wait()
		c.ok("Wait", err)
		c.equal("the longest", x[0], n-1)
		c.is("made for another type", mpi.Allreduce(world, x, x, multiply), mpi.ErrOp)
		c.is("not made", mpi.Allreduce(world, x, x, longest+1), mpi.ErrOp)
		w, err := mpi.WinAllocate[float64](world, 1)
		c.ok("WinAllocate", err)
		c.is("not in windows", w.Accumulate(x, longest, 0, 0), mpi.ErrOp)
		c.ok("Free", w.Free())
		_, err = mpi.NewOp[int](nil, true)
		c.is("no function", err, mpi.ErrOp)
		for i := range 500 {
			if _, err = mpi.NewOp(func(in, inout []int) {}, true); err != nil {
				c.equal("made before", i, 498)
				break
			}
		}
		c.is("too many", err, mpi.ErrNoMem)
		return c.err()
	}
}
