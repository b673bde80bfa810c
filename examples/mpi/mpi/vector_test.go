package mpi_test

import (
	"fmt"
	"testing"

	"example.com/lockstep/examples/mpi/mpi"
)

func TestVectors(t *testing.T) { testRole(t, 2, "vectors") }

func init() {
	roles["vectors"] = func(world *mpi.Comm) error {
		var c check
		const rows, cols = 3, 5
		me, other := world.Rank(), 1-world.Rank()
		grid := make([]float64, rows*cols)
		for i := range grid {
			grid[i] = float64(100*me + i)
		}
		column, err := mpi.NewVector[float64](rows, 1, cols)
		if err != nil {
			return err
		}
		// Each sends its second column into the other's last one, in one matrix.
		st, err := column.Sendrecv(world, grid[1:], other, 0, grid[cols-1:], other, 0)
		c.ok("Sendrecv", err)
		c.equal("status", st, mpi.Status{Source: other, Tag: 0, Count: rows})
		for r := range rows {
			for k := range cols {
				want := 100*me + r*cols + k
				if k == cols-1 {
					want = 100*other + r*cols + 1
				}
				c.equal(fmt.Sprintf("row %d, column %d", r, k), grid[r*cols+k], want)
			}
		}
		if me == 0 {
			c.ok("Send", column.Send(world, grid[2:], other, 1))
			q, err := column.Isend(world, grid[3:], other, 2)
			c.ok("Isend", err)
			_, err = q.Wait()
			c.ok("Wait", err)
			c.ok("Send to a column", mpi.Send(world, []float64{7, 8, 9}, other, 3))
		} else {
			flat := make([]float64, rows)
			st, err := mpi.Recv(world, flat, other, 1)
			c.ok("a column into a slice", err)
			c.equal("status", st, mpi.Status{Source: other, Tag: 1, Count: rows})
			c.equal("column 2", flat, []float64{2, 7, 12})
			q, err := column.Irecv(world, grid, other, 2)
			c.ok("Irecv", err)
			st, err = q.Wait()
			c.ok("Wait", err)
			c.equal("status", st, mpi.Status{Source: other, Tag: 2, Count: rows})
			c.equal("column 0", []float64{grid[0], grid[cols], grid[2*cols]}, []float64{3, 8, 13})
			st, err = column.Recv(world, grid[1:], other, 3)
			c.ok("a slice into a column", err)
			c.equal("its status", st, mpi.Status{Source: other, Tag: 3, Count: rows})
			c.equal("column 1", []float64{grid[1], grid[cols+1], grid[2*cols+1]}, []float64{7, 8, 9})
		}
		_, err = column.Sendrecv(world, grid[1:], other, 0, grid[1:], other, 0)
		c.is("a column into itself", err, mpi.ErrBuffer)
		_, err = column.Sendrecv(world, grid, other, 0, grid[4:], other, 0)
		c.ok("the first into the last", err)
		c.is("a slice that is too short", column.Send(world, grid[cols:], other, 0), mpi.ErrCount)
		pair, err := mpi.NewVector[float64](2, 2, 4)
		c.ok("NewVector", err)
		_, err = pair.Sendrecv(world, grid, other, 0, grid[3:], other, 0)
		c.is("blocks that overlap", err, mpi.ErrBuffer)
		_, err = pair.Sendrecv(world, grid, other, 0, grid[2:], other, 0)
		c.ok("blocks that do not", err)
		for _, n := range [][3]int{{0, 1, 1}, {1, 0, 1}, {2, 2, 1}, {1 << 20, 1 << 20, 1 << 20}} {
			_, err = mpi.NewVector[float64](n[0], n[1], n[2])
			c.is(fmt.Sprint("NewVector", n), err, mpi.ErrArg)
		}
		c.ok("Free", column.Free())
		c.is("freed", column.Send(world, grid, other, 0), mpi.ErrType)
		c.is("freed again", column.Free(), mpi.ErrType)
		c.is("nil", (*mpi.Vector[int])(nil).Free(), mpi.ErrType)
		c.ok("Free", pair.Free())
		return c.err()
	}
}
