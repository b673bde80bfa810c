package mpi_test

import (
	"fmt"
	"math"
	"runtime"
	"strings"
	"sync"
	"testing"
	"unsafe"

	"example.com/lockstep/examples/mpi/mpi"
)

func TestMessages(t *testing.T)      { testTogether(t, 2, "messages") }
func TestFromNobody(t *testing.T)    { testRole(t, min(runtime.NumCPU(), 7)+1, "nobody") } // mostly, they poll
func TestMessageErrors(t *testing.T) { testTogether(t, 2, "message-errors") }
func TestValues(t *testing.T)        { testTogether(t, 2, "values") }
func TestRequests(t *testing.T)      { testTogether(t, 2, "requests") }
func TestAllocations(t *testing.T) {
	if raceEnabled() {
		t.Skip("needs a build without -race: the race detector allocates")
	}
	testRole(t, 2, "allocations")
}
func TestDroppedBuffersAreKept(t *testing.T) {
	testRole(t, 2, "dropped")
}

type celsius float64

func init() {
	roles["messages"] = func(world *mpi.Comm) error {
		var c check
		echo(&c, world, []int8{-128, 127})
		echo(&c, world, []int16{-1, 2})
		echo(&c, world, []int32{math.MinInt32, 2})
		echo(&c, world, []int64{math.MinInt64, 2})
		echo(&c, world, []int{-1, math.MaxInt})
		echo(&c, world, []uint8{1, 255})
		echo(&c, world, []uint16{1, 65535})
		echo(&c, world, []uint32{1, math.MaxUint32})
		echo(&c, world, []uint64{1, math.MaxUint64})
		echo(&c, world, []uint{1, 2})
		echo(&c, world, []uintptr{1, 2})
		echo(&c, world, []float32{1.5, -0.25})
		echo(&c, world, []float64{math.Pi, math.Inf(-1)})
		echo(&c, world, []complex64{1i, 2})
		echo(&c, world, []complex128{complex(1, -2), 3})
		echo(&c, world, []celsius{36.6})
		echo(&c, world, make([]float64, 100_000))
		echo(&c, world, []int{})
		echo(&c, world, []int(nil))

		// A shorter message than the buffer is counted; wildcards are resolved.
		me, other := world.Rank(), 1-world.Rank()
		if me == 0 {
			c.ok("Ssend", mpi.Ssend(world, []int32{7, 8, 9}, other, 42))
		} else {
			st, err := mpi.Probe[int32](world, mpi.AnySource, mpi.AnyTag)
			c.ok("Probe", err)
			c.equal("Probe", st, mpi.Status{Source: 0, Tag: 42, Count: 3})
			buf := make([]int32, 5)
			st, err = mpi.Recv(world, buf, mpi.AnySource, mpi.AnyTag)
			c.ok("Recv", err)
			c.equal("Recv", st, mpi.Status{Source: 0, Tag: 42, Count: 3})
			c.equal("buf", buf, []int32{7, 8, 9, 0, 0})
		}
		_, waiting, err := mpi.Iprobe[byte](world, other, 5)
		c.ok("Iprobe", err)
		c.equal("Iprobe, nothing sent", waiting, false)

		in := make([]float32, 1)
		st, err := mpi.Sendrecv(world, []int{me}, other, 1, make([]int, 1), other, 1)
		c.ok("Sendrecv", err)
		c.equal("Sendrecv", st, mpi.Status{Source: other, Tag: 1, Count: 1})
		// Beyond the edge nothing happens.
		st, err = mpi.Sendrecv(world, []int{me}, mpi.ProcNull, 0, in, mpi.ProcNull, 0)
		c.ok("Sendrecv with ProcNull", err)
		c.equal("Sendrecv with ProcNull", st, mpi.Status{Source: mpi.ProcNull, Tag: mpi.AnyTag})
		c.ok("Send to ProcNull", mpi.Send(world, in, mpi.ProcNull, 0))
		return c.err()
	}

	roles["nobody"] = func(world *mpi.Comm) error {
		var c check
		in := make([]float32, 1)
		nobody := mpi.Status{Source: mpi.ProcNull, Tag: mpi.AnyTag}
		st, err := mpi.Recv(world, in, mpi.ProcNull, 0)
		c.ok("Recv from ProcNull", err)
		c.equal("Recv from ProcNull", st, nobody)
		st, err = mpi.Sendrecv(world, []int{1}, mpi.ProcNull, 0, in, mpi.ProcNull, 0)
		c.ok("Sendrecv with ProcNull", err)
		c.equal("Sendrecv with ProcNull", st, nobody)
		st, err = mpi.Probe[float32](world, mpi.ProcNull, 0)
		c.ok("Probe of ProcNull", err)
		c.equal("Probe of ProcNull", st, nobody)
		m, st, err := mpi.Mprobe[float32](world, mpi.ProcNull, 0)
		c.ok("Mprobe of ProcNull", err)
		c.equal("Mprobe of ProcNull", st, nobody)
		st, err = mpi.Mrecv(m, in)
		c.ok("Mrecv from ProcNull", err)
		c.equal("Mrecv from ProcNull", st, nobody)
		for name, end := range map[string]func(q *mpi.Request) (mpi.Status, error){
			"Wait": (*mpi.Request).Wait,
			"Test": func(q *mpi.Request) (mpi.Status, error) {
				for {
					if st, done, err := q.Test(); done {
						return st, err
					}
				}
			},
			"Waitall": func(q *mpi.Request) (mpi.Status, error) { all, err := mpi.Waitall(q); return all[0], err },
			"Waitany": func(q *mpi.Request) (mpi.Status, error) { _, st, err := mpi.Waitany(q); return st, err },
		} {
			q, err := mpi.Irecv(world, in, mpi.ProcNull, 0)
			c.ok("Irecv from ProcNull", err)
			st, err := end(q)
			c.ok(name+" for ProcNull", err)
			c.equal(name+" for ProcNull", st, nobody)
		}
		return c.err()
	}

	roles["message-errors"] = func(world *mpi.Comm) error {
		var c check
		me, other := world.Rank(), 1-world.Rank()
		one := make([]int64, 1)
		c.is("wrong rank", mpi.Send(world, one, 2, 0), mpi.ErrRank)
		c.is("negative rank", mpi.Send(world, one, -7, 0), mpi.ErrRank)
		c.is("AnySource to send to", mpi.Send(world, one, mpi.AnySource, 0), mpi.ErrRank)
		c.is("negative tag", mpi.Send(world, one, other, -1), mpi.ErrTag)
		c.is("nil communicator", mpi.Send(nil, one, other, 0), mpi.ErrComm)
		c.is("zero communicator", mpi.Send(new(mpi.Comm), one, other, 0), mpi.ErrComm)
		_, err := mpi.Recv(world, one, 9, 0)
		c.is("wrong source", err, mpi.ErrRank)
		_, err = mpi.Recv(world, one, other, -5)
		c.is("wrong tag to receive", err, mpi.ErrTag)
		_, err = mpi.Irecv(world, one, -3, 0)
		c.is("Irecv from nowhere", err, mpi.ErrRank)
		_, err = mpi.Sendrecv(world, one, other, 0, one, other, 0)
		c.is("Sendrecv into itself", err, mpi.ErrBuffer)
		var none *mpi.Request
		_, err = none.Wait()
		c.is("nil request", err, mpi.ErrRequest)

		if me == 0 {
			c.ok("long", mpi.Send(world, make([]int64, 3), other, 1))
			c.ok("long, nonblocking", mpi.Send(world, make([]int64, 3), other, 2))
			c.ok("rest", mpi.Send(world, []byte{1, 2, 3}, other, 3))
			c.ok("probed", mpi.Send(world, []byte{1, 2, 3}, other, 4))
			c.ok("last", mpi.Send(world, one, other, 5))
		} else {
			_, err := mpi.Recv(world, one, other, 1)
			c.is("message longer than the buffer", err, mpi.ErrTruncate)
			if err != nil && !strings.Contains(err.Error(), "Recv(1 elements from rank 0, tag 1): MPI_ERR_TRUNCATE") {
				c.errorf("the error names no arguments: %v", err)
			}
			q, err := mpi.Irecv(world, one, other, 2)
			c.ok("Irecv", err)
			_, err = q.Wait()
			c.is("message longer than Irecv's buffer", err, mpi.ErrTruncate)
			_, again := q.Wait()
			c.equal("Wait again", again, err)
			_, err = mpi.Recv(world, make([]int16, 4), other, 3)
			c.is("3 bytes into int16", err, mpi.ErrType)
			_, err = mpi.Probe[int32](world, other, 4)
			c.is("3 bytes probed as int32", err, mpi.ErrType)
			_, err = mpi.Recv(world, make([]byte, 3), other, 4)
			c.ok("the probed message is still there", err)
			_, err = mpi.Recv(world, one, other, 5)
			c.ok("after the errors, messages arrive", err)
		}
		return c.err()
	}

	roles["values"] = func(world *mpi.Comm) error {
		var c check
		type point struct {
			Name string
			X, Y float64
		}
		want := map[string][]point{"a": {{"p", 1, 2}}, "b": nil}
		if world.Rank() == 0 {
			c.ok("SendValue", mpi.SendValue(world, want, 1, 3))
			c.ok("SendValue", mpi.SendValue(world, "no number", 1, 4))
			c.is("a func", mpi.SendValue(world, func() {}, 1, 5), mpi.ErrType)
		} else {
			got, st, err := mpi.RecvValue[map[string][]point](world, mpi.AnySource, mpi.AnyTag)
			c.ok("RecvValue", err)
			c.equal("value", got, want)
			c.equal("status", []int{st.Source, st.Tag}, []int{0, 3})
			_, _, err = mpi.RecvValue[int](world, 0, 4)
			c.is("a string into an int", err, mpi.ErrType)
		}
		return c.err()
	}

	roles["requests"] = func(world *mpi.Comm) error {
		var c check
		me, other := world.Rank(), 1-world.Rank()
		const n = 20
		var all []*mpi.Request
		in := make([][]int, n)
		for i := range n {
			in[i] = make([]int, 1000)
			q, err := mpi.Irecv(world, in[i], other, i)
			c.ok("Irecv", err)
			all = append(all, q)
		}
		for i := n - 1; i >= 0; i-- { // tags, not the order, match
			out := make([]int, 1000)
			out[999] = 100*me + i
			send := mpi.Isend[int]
			if i%2 == 0 {
				send = mpi.Issend[int]
			}
			q, err := send(world, out, other, i)
			c.ok("Isend", err)
			all = append(all, q)
		}
		statuses, err := mpi.Waitall(all...)
		c.ok("Waitall", err)
		for i := range n {
			c.equal("received", in[i][999], 100*other+i)
			c.equal("status", statuses[i], mpi.Status{Source: other, Tag: i, Count: 1000})
		}
		// Test is false until the other rank has sent, then true and stays so.
		q, err := mpi.Irecv(world, in[0], other, 77)
		c.ok("Irecv", err)
		_, done, err := q.Test()
		c.ok("Test", err)
		c.equal("Test before anything is sent", done, false)
		c.ok("Barrier", world.Barrier())
		c.ok("Send", mpi.Send(world, []int{1}, other, 77))
		for !done {
			var st mpi.Status
			if st, done, err = q.Test(); err != nil || done {
				c.ok("Test", err)
				c.equal("Test", st, mpi.Status{Source: other, Tag: 77, Count: 1})
				break
			}
		}
		q, err = mpi.Irecv(world, in[0], other, 78)
		c.ok("Irecv", err)
		cancelled, err := q.Cancel()
		c.ok("Cancel", err)
		c.equal("Cancel, nothing sent", cancelled, true)
		_, err = q.Wait()
		c.is("Wait for what was cancelled", err, mpi.ErrRequest)
		// Too late: the message is there before the next one, which has been received.
		q, err = mpi.Irecv(world, in[0], other, 79)
		c.ok("Irecv", err)
		c.ok("Barrier", world.Barrier())
		c.ok("Send", mpi.Send(world, []int{me}, other, 79))
		c.ok("Send", mpi.Send(world, []int{me}, other, 80))
		_, err = mpi.Recv(world, in[1], other, 80)
		c.ok("Recv", err)
		cancelled, err = q.Cancel()
		c.ok("Cancel", err)
		c.equal("Cancel, received already", cancelled, false)
		st, err := q.Wait()
		c.ok("Wait", err)
		c.equal("status", st, mpi.Status{Source: other, Tag: 79, Count: 1})
		c.equal("received", in[0][0], other)
		return c.err()
	}

	roles["allocations"] = func(world *mpi.Comm) error {
		var c check
		other, buf, sum := 1-world.Rank(), make([]float64, 8), make([]float64, 8)
		var err error
		allocs := testing.AllocsPerRun(200, func() {
			if world.Rank() == 0 {
				err = mpi.Send(world, buf, other, 0)
				_, err = mpi.Recv(world, buf, other, 0)
			} else {
				_, err = mpi.Recv(world, buf, other, 0)
				err = mpi.Send(world, buf, other, 0)
			}
			if err == nil {
				err = mpi.Allreduce(world, buf, sum, mpi.Sum)
			}
		})
		c.ok("calls", err)
		if allocs >= 1 {
			c.errorf("%v allocations for Send, Recv and Allreduce, want none", allocs)
		}
		return c.err()
	}

	// Buffers and requests are dropped at once; what is received must be right, and memory that was
	// allocated since must not change.
	roles["dropped"] = func(world *mpi.Comm) error {
		var c check
		other := 1 - world.Rank()
		const n, size = 8, 1 << 18
		var requests []*mpi.Request
		for i := range n {
			q, err := mpi.Irecv(world, make([]byte, size), other, i)
			c.ok("Irecv", err)
			requests = append(requests, q)
		}
		c.ok("Barrier", world.Barrier())
		garbage := collectAndAllocate(4*n, size)
		for i := range n {
			out := make([]byte, size)
			for j := range out {
				out[j] = 0xFF
			}
			q, err := mpi.Isend(world, out, other, i)
			c.ok("Isend", err)
			requests = append(requests, q)
		}
		garbage = append(garbage, collectAndAllocate(4*n, size)...)
		_, err := mpi.Waitall(requests...)
		c.ok("Waitall", err)
		c.equal("bytes changed in other slices", countOther(garbage, 0xAA), 0)
		return c.err()
	}
}

func echo[T mpi.Scalar](c *check, world *mpi.Comm, data []T) {
	in := make([]T, len(data))
	what := unsafe.Sizeof(*new(T))
	if world.Rank() == 0 {
		c.ok("Send", mpi.Send(world, data, 1, 1))
		_, err := mpi.Recv(world, in, 1, 2)
		c.ok("Recv", err)
		if len(data) < 10 {
			c.equal("echo", in, data)
		}
		return
	}
	st, err := mpi.Recv(world, in, 0, 1)
	c.ok("Recv", err)
	if st.Count != len(data) {
		c.errorf("%T of %d bytes: count %d, want %d", data, what, st.Count, len(data))
	}
	c.ok("Send", mpi.Send(world, in, 0, 2))
}

func TestMatchedProbes(t *testing.T) { testRole(t, 2, "mprobe-multiple") }

func init() {
	roles["mprobe-multiple"] = func(world *mpi.Comm) error {
		var c check
		const n = 400
		if world.Rank() == 0 {
			for i := range n {
				if err := mpi.Send(world, make([]int16, 1+i%37), 1, 5); err != nil {
					return err
				}
			}
			c.ok("bytes", mpi.Send(world, []byte{1, 2, 3}, 1, 6))
			return c.err()
		}
		var group sync.WaitGroup
		var mu sync.Mutex
		for range 4 {
			group.Go(func() {
				for range n / 4 {
					m, st, err := mpi.Mprobe[int16](world, 0, 5)
					var got mpi.Status
					if err == nil {
						got, err = mpi.Mrecv(m, make([]int16, st.Count))
					}
					if err != nil || got != st {
						mu.Lock()
						c.errorf("found %v, received %v: %v", st, got, err)
						mu.Unlock()
					}
				}
			})
		}
		group.Wait()
		m, _, err := mpi.Mprobe[int16](world, mpi.AnySource, mpi.AnyTag)
		c.is("3 bytes as int16", err, mpi.ErrType)
		data := make([]byte, 4)
		st, err := mpi.Mrecv(m, data)
		c.ok("the same as bytes", err)
		c.equal("status", st, mpi.Status{Source: 0, Tag: 6, Count: 3})
		c.equal("data", data, []byte{1, 2, 3, 0})
		_, err = mpi.Mrecv(m, data)
		c.is("received before", err, mpi.ErrRequest)
		_, err = mpi.Mrecv(nil, data)
		c.is("no message", err, mpi.ErrRequest)
		m, st, err = mpi.Mprobe[byte](world, mpi.ProcNull, 0)
		c.ok("Mprobe of ProcNull", err)
		c.equal("status", st, mpi.Status{Source: mpi.ProcNull, Tag: mpi.AnyTag})
		_, err = mpi.Mrecv(m, data)
		c.ok("Mrecv from ProcNull", err)
		return c.err()
	}
}

func TestVectors(t *testing.T) { testTogether(t, 2, "vectors") }

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

func TestManyRequests(t *testing.T)    { testTogether(t, 2, "many-requests") }
func TestNonblockingColl(t *testing.T) { testTogether(t, 3, "nonblocking") }

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
