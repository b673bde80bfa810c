package mpi_test

import (
	"testing"

	"example.com/lockstep/examples/mpi/mpi"
)

func TestPassiveWindows(t *testing.T)   { testTogether(t, 3, "passive") }
func TestSharedWindows(t *testing.T)    { testTogether(t, 2, "shared") }
func TestWindowOperations(t *testing.T) { testRole(t, 1, "window-operations") }

func init() {
	roles["passive"] = func(world *mpi.Comm) error {
		var c check
		me, n := world.Rank(), world.Size()
		w, err := mpi.WinAllocate[int](world, n)
		if err != nil {
			return err
		}
		c.ok("Barrier", world.Barrier()) // the windows are zero from here on
		c.ok("LockAll", w.LockAll())
		for target := range n {
			c.ok("Put", w.Put([]int{me + 1}, target, me))
		}
		for target := range n {
			c.ok("Flush", w.Flush(target))
		}
		got := []int{0}
		c.ok("Get", w.Get(got, (me+1)%n, me)) // what this rank has written there
		c.ok("Flush", w.Flush((me+1)%n))
		c.equal("read back", got[0], me+1)
		c.ok("UnlockAll", w.UnlockAll())
		c.ok("Barrier", world.Barrier())
		c.ok("Lock", w.Lock(me, false))
		c.equal("window", w.Local(), []int{1, 2, 3})
		c.ok("Unlock", w.Unlock(me))
		c.ok("Free", w.Free())
		return c.err()
	}

	roles["shared"] = func(world *mpi.Comm) error {
		var c check
		me, other := world.Rank(), 1-world.Rank()
		machine, err := world.SplitShared()
		if err != nil {
			return err
		}
		w, err := mpi.WinAllocateShared[int32](machine, []int{3, 0})
		if err != nil {
			return err
		}
		theirs, err := w.Shared(other)
		c.ok("Shared", err)
		c.equal("lengths", []int{len(w.Local()), len(theirs)}, []int{3 * other, 3 * me})
		c.ok("Fence", w.Fence())
		if me == 1 {
			copy(theirs, []int32{7, 8, 9})
		}
		c.ok("Fence", w.Fence())
		if me == 0 {
			c.equal("what the other has written", w.Local(), []int32{7, 8, 9})
		}
		_, err = w.Shared(2)
		c.is("no such rank", err, mpi.ErrRank)
		_, err = mpi.WinAllocateShared[int](machine, []int{1})
		c.is("sizes", err, mpi.ErrSize)
		_, err = mpi.WinAllocatev[int](machine, []int{1, -1})
		c.is("sizes", err, mpi.ErrSize)
		c.ok("Free", w.Free())
		return c.err()
	}

	roles["window-operations"] = func(world *mpi.Comm) error {
		var c check
		f, err := mpi.WinAllocate[float64](world, 1)
		c.ok("WinAllocate", err)
		z, err := mpi.WinAllocate[complex128](world, 1)
		c.ok("WinAllocate", err)
		c.ok("Lock", f.Lock(0, false))
		for _, op := range []mpi.Op{mpi.And, mpi.Or, mpi.Xor, mpi.LogicalAnd, mpi.LogicalOr, mpi.LogicalXor} {
			c.is(op.String(), f.Accumulate([]float64{1}, op, 0, 0), mpi.ErrOp)
			_, err = f.FetchAndOp(1, op, 0, 0)
			c.is(op.String(), err, mpi.ErrOp)
		}
		_, err = f.CompareAndSwap(0, 1, 0, 0)
		c.is("CompareAndSwap of floats", err, mpi.ErrType)
		v, err := f.FetchAndOp(3, mpi.Max, 0, 0)
		c.ok("Max", err)
		c.equal("before Max", v, 0)
		v, err = f.FetchAndOp(0, mpi.NoOp, 0, 0)
		c.ok("NoOp", err)
		c.equal("after Max", v, 3)
		c.ok("Unlock", f.Unlock(0))
		_, err = f.FetchAndOp(3, mpi.Max, 0, 0)
		c.is("FetchAndOp without Lock", err, mpi.ErrRMASync)
		c.ok("Lock", z.Lock(0, false))
		for _, op := range []mpi.Op{mpi.Max, mpi.Min, mpi.And, mpi.LogicalOr} {
			c.is(op.String(), z.Accumulate([]complex128{1}, op, 0, 0), mpi.ErrOp)
			_, err = z.FetchAndOp(1, op, 0, 0)
			c.is(op.String(), err, mpi.ErrOp)
			c.is(op.String(), mpi.Reduce(world, []complex64{1}, []complex64{1}, op, 0), mpi.ErrOp)
		}
		c.ok("Sum", z.Accumulate([]complex128{1i}, mpi.Sum, 0, 0))
		c.ok("Unlock", z.Unlock(0))
		c.equal("sum", z.Local(), []complex128{1i})
		c.ok("Free", f.Free())
		c.ok("Free", z.Free())
		return c.err()
	}
}
