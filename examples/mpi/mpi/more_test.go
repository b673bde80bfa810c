package mpi_test

import (
	"fmt"
	"runtime"
	"sync"
	"testing"
	"unsafe"

	"example.com/lockstep/examples/mpi/mpi"
)

func TestMatchedProbes(t *testing.T)           { testRole(t, 2, "mprobe-multiple") }
func TestVectors(t *testing.T)                 { testRole(t, 2, "vectors") }
func TestValuesOfAll(t *testing.T)             { testRole(t, 3, "values-of-all") }
func TestManyRequests(t *testing.T)            { testRole(t, 2, "many-requests") }
func TestNonblockingColl(t *testing.T)         { testRole(t, 3, "nonblocking") }
func TestOwnOperations(t *testing.T)           { testRole(t, 3, "own-operations") }
func TestSubset(t *testing.T)                  { testRole(t, 3, "subset") }
func TestPassiveWindows(t *testing.T)          { testRole(t, 3, "passive") }
func TestSharedWindows(t *testing.T)           { testRole(t, 2, "shared") }
func TestWindowOperations(t *testing.T)        { testRole(t, 1, "window-operations") }
func TestRaw(t *testing.T)                     { testRole(t, 2, "raw") }
func TestMoreRanksThanProcessors(t *testing.T) { testRole(t, 6, "crowd") }

func init() {
	// Several goroutines receive messages of different lengths: each gets the one it has seen.
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

	// The columns of a matrix of 3 rows and 5 columns.
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

	roles["values-of-all"] = func(world *mpi.Comm) error {
		var c check
		me, n := world.Rank(), world.Size()
		type answer struct {
			Rank int
			Text string
		}
		for _, root := range []int{0, n - 1} {
			got, err := mpi.BcastValue(world, map[string]int{"root": me}, root)
			c.ok("BcastValue", err)
			c.equal("BcastValue", got["root"], root)
			all, err := mpi.GatherValue(world, answer{me, string(make([]byte, 1000*me))}, root)
			c.ok("GatherValue", err)
			if me != root {
				c.equal("on another rank", len(all), 0)
				continue
			}
			for r, a := range all {
				c.equal("GatherValue", []int{a.Rank, len(a.Text)}, []int{r, 1000 * r})
			}
		}
		// What cannot be sent is known to all, and nobody waits.
		_, err := mpi.BcastValue[any](world, func() {}, 1)
		c.is("a func from root", err, mpi.ErrType)
		var value any = me
		if me == 1 {
			value = func() {}
		}
		_, err = mpi.GatherValue(world, value, 0)
		c.is("a func from one rank", err, mpi.ErrType)
		_, err = mpi.BcastValue(world, 1, n)
		c.is("no such root", err, mpi.ErrRoot)
		_, err = mpi.GatherValue(world, 1, -1)
		c.is("no such root", err, mpi.ErrRoot)
		// Beyond the edge there is nothing, and it is no error.
		c.ok("SendValue to ProcNull", mpi.SendValue(world, "x", mpi.ProcNull, 0))
		v, st, err := mpi.RecvValue[string](world, mpi.ProcNull, 0)
		c.ok("RecvValue from ProcNull", err)
		c.equal("RecvValue from ProcNull", []any{v, st}, []any{"", mpi.Status{Source: mpi.ProcNull, Tag: mpi.AnyTag}})
		return c.err()
	}

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

	// Operations that the elements do not have are refused; to libraries they are crashes, or never return.
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

	// What the package does not bind is called with its handles.
	roles["raw"] = func(world *mpi.Comm) error {
		var c check
		in, out := []int{world.Rank() + 1}, []int{0}
		c.ok("MPI_Allreduce", mpi.Raw("MPI_Allreduce", uintptr(unsafe.Pointer(&in[0])), uintptr(unsafe.Pointer(&out[0])),
			1, mpi.Datatype[int](), mpi.Sum.Handle(), world.Handle()))
		c.equal("sum", out[0], 3)
		w, err := mpi.WinAllocate[int](world, 1)
		c.ok("WinAllocate", err)
		c.ok("MPI_Win_fence", mpi.Raw("MPI_Win_fence", 0, w.Handle()))
		c.ok("Put", w.Put(in, 1-world.Rank(), 0))
		c.ok("MPI_Win_fence", mpi.Raw("MPI_Win_fence", 0, w.Handle()))
		c.equal("window", w.Local(), []int{2 - world.Rank()})
		c.ok("Free", w.Free())
		dup := new(uintptr)
		c.ok("MPI_Comm_dup_with_info", mpi.Raw("MPI_Comm_dup_with_info", world.Handle(), mpi.InfoNull(), uintptr(unsafe.Pointer(dup))))
		c.ok("MPI_Comm_free", mpi.Raw("MPI_Comm_free", uintptr(unsafe.Pointer(dup))))
		return c.err()
	}

	// All that waits, with more ranks than processors on most machines that run tests.
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
