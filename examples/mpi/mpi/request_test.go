package mpi_test

import (
	"fmt"
	"runtime"
	"testing"

	"example.com/lockstep/examples/mpi/mpi"
)

func TestManyRequests(t *testing.T)    { testRole(t, 2, "many-requests") }
func TestNonblockingColl(t *testing.T) { testRole(t, 3, "nonblocking") }

func init() {
	roles["many-requests"] = func(world *mpi.Comm) error {
		var c check
		other := 1 - world.Rank()
		const n = 5
		if world.Rank() == 0 {
			for _, tag := range []int{3, 0, 4, 1, 2} {
				c.ok("Send", mpi.Ssend(world, []int{10 * tag}, other, tag))
				_, err := mpi.Recv(world, []byte{}, other, 99) // the next only when this has arrived
				c.ok("Recv", err)
			}
			_, err := mpi.Recv(world, []byte{}, other, 98)
			c.ok("Recv", err)
			c.ok("Send", mpi.Send(world, []int{1, 2}, other, 5))
			return c.err()
		}
		all, in := make([]*mpi.Request, n+1), make([][]int, n)
		for tag := range n {
			in[tag] = []int{0}
			q, err := mpi.Irecv(world, in[tag], other, tag)
			c.ok("Irecv", err)
			all[tag] = q // the last stays nil
		}
		// Testall sees what has come; until the program is told, Waitany returns it as well.
		done := false
		for range 1000 {
			_, done, err := mpi.Testall(all[:n]...)
			c.ok("Testall", err)
			c.equal("Testall, before all have come", done, false)
		}
		var order []int
		for range n {
			k, st, err := mpi.Waitany(all...)
			c.ok("Waitany", err)
			c.equal("status", st, mpi.Status{Source: other, Tag: k, Count: 1})
			order = append(order, k)
			c.ok("Send", mpi.Send(world, []byte{}, other, 99))
		}
		c.equal("order", order, []int{3, 0, 4, 1, 2})
		c.equal("received", in, [][]int{{0}, {10}, {20}, {30}, {40}})
		k, _, err := mpi.Waitany(all...)
		c.ok("Waitany, none left", err)
		c.equal("Waitany, none left", k, -1)
		statuses, done, err := mpi.Testall(all[:n]...)
		c.ok("Testall", err)
		c.equal("Testall, all have come", []any{done, statuses[4]}, []any{true, mpi.Status{Source: other, Tag: 4, Count: 1}})
		_, _, err = mpi.Testall(nil, nil)
		c.is("nil requests", err, mpi.ErrRequest)
		// An error belongs to its request.
		q, err := mpi.Irecv(world, in[0], other, 5)
		c.ok("Irecv", err)
		c.ok("Send", mpi.Send(world, []byte{}, other, 98))
		k, _, err = mpi.Waitany(nil, q)
		c.is("longer than the buffer", err, mpi.ErrTruncate)
		c.equal("index", k, 1)
		_, again := q.Wait()
		c.equal("Wait", again, err)
		return c.err()
	}

	roles["nonblocking"] = func(world *mpi.Comm) error {
		var c check
		me, n := world.Rank(), world.Size()
		// The barrier is not done before the last rank has come.
		if me == 0 {
			q, err := world.Ibarrier()
			c.ok("Ibarrier", err)
			_, done, err := q.Test()
			c.ok("Test", err)
			c.equal("the barrier is done before the others have come", done, false)
			for r := 1; r < n; r++ {
				c.ok("Send", mpi.Send(world, []byte{}, r, 0))
			}
			_, err = q.Wait()
			c.ok("Wait", err)
		} else {
			_, err := mpi.Recv(world, []byte{}, 0, 0)
			c.ok("Recv", err)
			q, err := world.Ibarrier()
			c.ok("Ibarrier", err)
			_, err = q.Wait()
			c.ok("Wait", err)
		}
		in := []int{me, -1}
		q1, err := mpi.Ibcast(world, in[:1], n-1)
		c.ok("Ibcast", err)
		sum := []float64{0}
		q2, err := mpi.Iallreduce(world, []float64{float64(me)}, sum, mpi.Sum)
		c.ok("Iallreduce", err)
		place := []int{me}
		q3, err := mpi.Iallreduce(world, place, place, mpi.Max)
		c.ok("Iallreduce in place", err)
		_, err = mpi.Waitall(q3, q1, q2)
		c.ok("Waitall", err)
		c.equal("Ibcast", in, []int{n - 1, -1})
		c.equal("Iallreduce", sum, []float64{3})
		c.equal("Iallreduce in place", place, []int{n - 1})
		_, err = mpi.Ibcast(world, in, n)
		c.is("no such root", err, mpi.ErrRoot)
		_, err = mpi.Iallreduce(world, in, in[:1], mpi.Sum)
		c.is("lengths", err, mpi.ErrCount)
		_, err = mpi.Iallreduce(world, sum, sum, mpi.And)
		c.is("bits of floats", err, mpi.ErrOp)
		cancelled, err := q2.Cancel()
		c.is("to cancel a collective operation", err, mpi.ErrRequest)
		c.equal("cancelled", cancelled, false)
		return c.err()
	}
}

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
