package mpi_test

import (
	"fmt"
	"math"
	"runtime"
	"testing"
	"time"

	"example.com/lockstep/examples/mpi/mpi"
)

func TestCollectives(t *testing.T) {
	for _, n := range []int{1, 2, 3} {
		t.Run(fmt.Sprint(n), func(t *testing.T) { testRole(t, n, "collectives") })
	}
}
func TestCollectiveErrors(t *testing.T) { testTogether(t, 2, "collective-errors") }
func TestCommunicators(t *testing.T)    { testRole(t, 4, "communicators") }
func TestWindows(t *testing.T)          { testTogether(t, 3, "windows") }

func init() {
	roles["reduce"] = func(world *mpi.Comm) error {
		sum := make([]int, 1)
		if err := mpi.Allreduce(world, []int{world.Rank() + 1}, sum, mpi.Sum); err != nil {
			return err
		}
		if world.Rank() == 0 {
			fmt.Printf("%d ranks reduced\n", world.Size())
		}
		return nil
	}

	// Every collective operation, with root 0 and the last rank, in place and not.
	roles["collectives"] = func(world *mpi.Comm) error {
		var c check
		me, n := world.Rank(), world.Size()
		iota := func(from, count int) []int {
			s := make([]int, count)
			for i := range s {
				s[i] = from + i
			}
			return s
		}
		sum := n * (n - 1) / 2
		for _, root := range []int{0, n - 1} {
			isRoot := me == root
			b := []int{me, me}
			c.ok("Bcast", mpi.Bcast(world, b, root))
			c.equal("Bcast", b, []int{root, root})

			part := make([]int, 2)
			c.ok("Scatter", mpi.Scatter(world, iota(0, 2*n), part, root))
			c.equal("Scatter", part, iota(2*me, 2))
			all := iota(0, 2*n)
			in := part
			if isRoot {
				in = all[2*me : 2*me+2]
			}
			c.ok("Scatter in place", mpi.Scatter(world, all, in, root))
			c.equal("Scatter in place", in, iota(2*me, 2))

			all = make([]int, 2*n)
			c.ok("Gather", mpi.Gather(world, iota(2*me, 2), all, root))
			if isRoot {
				c.equal("Gather", all, iota(0, 2*n))
				all = make([]int, 2*n)
				part = all[2*me : 2*me+2]
			}
			copy(part, iota(2*me, 2))
			c.ok("Gather in place", mpi.Gather(world, part, all, root))
			if isRoot {
				c.equal("Gather in place", all, iota(0, 2*n))
			}

			// Rank i's part has i elements.
			counts := iota(0, n)
			part = make([]int, me)
			c.ok("Scatterv", mpi.Scatterv(world, iota(0, sum), counts, part, root))
			c.equal("Scatterv", part, iota(me*(me-1)/2, me))
			all = make([]int, sum)
			c.ok("Gatherv", mpi.Gatherv(world, part, all, counts, root))
			if isRoot {
				c.equal("Gatherv", all, iota(0, sum))
				at := me * (me - 1) / 2
				part = all[at : at+me]
			}
			c.ok("Gatherv in place", mpi.Gatherv(world, part, all, counts, root))
			c.ok("Scatterv in place", mpi.Scatterv(world, all, counts, part, root))
			c.equal("Scatterv in place", part, iota(me*(me-1)/2, me))

			out := make([]int, 2)
			c.ok("Reduce", mpi.Reduce(world, []int{me, 1}, out, mpi.Sum, root))
			b = []int{me, 1}
			c.ok("Reduce in place", mpi.Reduce(world, b, b, mpi.Sum, root))
			if isRoot {
				c.equal("Reduce", out, []int{sum, n})
				c.equal("Reduce in place", b, []int{sum, n})
			}
		}

		all := make([]int, n)
		c.ok("Allgather", mpi.Allgather(world, []int{me}, all))
		c.equal("Allgather", all, iota(0, n))
		clear(all)
		all[me] = me
		c.ok("Allgather in place", mpi.Allgather(world, all[me:me+1], all))
		c.equal("Allgather in place", all, iota(0, n))
		allv, counts := make([]int, sum), iota(0, n)
		c.ok("Allgatherv", mpi.Allgatherv(world, iota(me*(me-1)/2, me), allv, counts))
		c.equal("Allgatherv", allv, iota(0, sum))
		at := me * (me - 1) / 2
		c.ok("Allgatherv in place", mpi.Allgatherv(world, allv[at:at+me], allv, counts))

		// Rank i sends 10i+j to rank j, which so receives 10i+j from each i.
		out, want := make([]int, n), make([]int, n)
		for i := range want {
			want[i] = 10*i + me
		}
		c.ok("Alltoall", mpi.Alltoall(world, iota(10*me, n), out))
		c.equal("Alltoall", out, want)
		in := iota(10*me, n)
		c.ok("Alltoall in place", mpi.Alltoall(world, in, in))
		c.equal("Alltoall in place", in, want)

		// Rank i sends j copies of i to rank j.
		var send []int
		from := make([]int, n)
		want = nil
		for j := range n {
			for range j {
				send = append(send, me)
			}
			from[j] = me
			for range me {
				want = append(want, j)
			}
		}
		recv := make([]int, me*n)
		c.ok("Alltoallv", mpi.Alltoallv(world, send, iota(0, n), recv, from))
		c.equal("Alltoallv", recv, append([]int{}, want...))

		for _, tc := range []struct {
			op      mpi.Op
			in, out int
		}{
			{mpi.Sum, me, sum}, {mpi.Prod, 2, 1 << n}, {mpi.Max, me, n - 1}, {mpi.Min, -me, 1 - n},
			{mpi.And, 6 | 1<<(me+8), map[bool]int{true: 6 | 1<<8, false: 6}[n == 1]}, {mpi.Or, 1 << me, 1<<n - 1},
			{mpi.Xor, 1, n % 2}, {mpi.LogicalAnd, me % 2, 0}, {mpi.LogicalOr, 1, 1}, {mpi.LogicalXor, 1, n % 2},
		} {
			x := []int{0}
			c.ok(tc.op.String(), mpi.Allreduce(world, []int{tc.in}, x, tc.op))
			c.equal(tc.op.String(), x[0], tc.out)
			x[0] = tc.in
			c.ok("in place", mpi.Allreduce(world, x, x, tc.op))
			c.equal("in place "+tc.op.String(), x[0], tc.out)
		}
		x, y := []float64{-1, float64(me)}, []float64{-1, -1}
		c.ok("Scan", mpi.Scan(world, x, y, mpi.Sum))
		c.equal("Scan", y, []float64{-float64(me + 1), float64(me * (me + 1) / 2)})
		y = []float64{-9, -9}
		c.ok("Exscan", mpi.Exscan(world, x, y, mpi.Sum))
		if me == 0 {
			c.equal("Exscan", y, []float64{-9, -9})
		} else {
			c.equal("Exscan", y, []float64{-float64(me), float64(me * (me - 1) / 2)})
		}
		z := []complex128{complex(1, float64(me))}
		c.ok("complex", mpi.Allreduce(world, z, z, mpi.Sum))
		c.equal("complex", z, []complex128{complex(float64(n), float64(sum))})
		c.ok("empty", mpi.Allreduce(world, []int{}, nil, mpi.Sum))
		c.ok("Barrier", world.Barrier())
		return c.err()
	}

	roles["collective-errors"] = func(world *mpi.Comm) error {
		var c check
		a, b := make([]int, 4), make([]int, 3)
		f, z := make([]float64, 2), make([]complex64, 2)
		c.is("wrong root", mpi.Bcast(world, a, 2), mpi.ErrRoot)
		c.is("negative root", mpi.Bcast(world, a, -1), mpi.ErrRoot)
		c.is("lengths", mpi.Allreduce(world, a, b, mpi.Sum), mpi.ErrCount)
		c.is("lengths", mpi.Allgather(world, a, a), mpi.ErrCount)
		c.is("no equal parts", mpi.Alltoall(world, b, make([]int, 3)), mpi.ErrCount)
		c.is("counts", mpi.Alltoallv(world, a, []int{4}, b, []int{1, 2}), mpi.ErrCount)
		c.is("negative count", mpi.Alltoallv(world, a, []int{5, -1}, b, []int{1, 2}), mpi.ErrCount)
		c.is("overlap", mpi.Allreduce(world, a[:3], a[1:], mpi.Sum), mpi.ErrBuffer)
		c.is("bits of floats", mpi.Allreduce(world, f, f, mpi.And), mpi.ErrOp)
		c.is("order of complex numbers", mpi.Allreduce(world, z, z, mpi.Max), mpi.ErrOp)
		c.is("no operation", mpi.Allreduce(world, a, a, mpi.Op(0)), mpi.ErrOp)
		c.is("windows only", mpi.Allreduce(world, a, a, mpi.NoOp), mpi.ErrOp)
		c.is("nil communicator", mpi.Allreduce(nil, a, a, mpi.Sum), mpi.ErrComm)
		_, err := world.Split(-4, 0)
		c.is("negative color", err, mpi.ErrArg)
		c.is("Raw with too many arguments", mpi.Raw("MPI_Rget_accumulate", make([]uintptr, 13)...), mpi.ErrArg)
		_, err = world.CartCreate([]int{2}, nil)
		c.is("dimensions", err, mpi.ErrDims)
		_, err = world.CartCreate([]int{5, 5}, []bool{false, false})
		if err == nil {
			c.errorf("a grid of 25 from 2 ranks: no error")
		}
		line, err := world.CartCreate([]int{2}, []bool{true})
		c.ok("CartCreate", err)
		beyondInt(&c, world, line, math.MaxInt>>31+1)
		c.ok("Barrier", world.Barrier())
		return c.err()
	}

	roles["communicators"] = func(world *mpi.Comm) error {
		var c check
		me := world.Rank()
		half, err := world.Split(me%2, -me)
		c.ok("Split", err)
		c.equal("half", []int{half.Rank(), half.Size()}, []int{1 - me/2, 2}) // ordered by the key, backwards
		sum := []int{me}
		c.ok("Allreduce", mpi.Allreduce(half, sum, sum, mpi.Sum))
		c.equal("the half's sum", sum[0], 2+2*(me%2))
		// Its errors are returned as well, not fatal.
		_, err = mpi.Recv(half, sum, 5, 0)
		c.is("rank outside the half", err, mpi.ErrRank)
		c.ok("Free", half.Free())
		noCommunicator(&c, half)

		color := 0
		if me == 3 {
			color = mpi.Undefined
		}
		three, err := world.Split(color, 0)
		c.ok("Split", err)
		if (three == nil) != (me == 3) {
			c.errorf("rank %d is in %v", me, three)
		}
		shared, err := world.SplitShared()
		c.ok("SplitShared", err)
		c.equal("one machine", shared.Size(), 4)

		// A duplicate keeps its messages to itself.
		dup, err := world.Dup()
		c.ok("Dup", err)
		if me == 0 {
			c.ok("Send", mpi.Send(dup, []int{1}, 1, 0))
			c.ok("Send", mpi.Send(world, []int{2}, 1, 0))
		}
		if me == 1 {
			x := []int{0}
			_, err := mpi.Recv(world, x, 0, 0)
			c.ok("Recv", err)
			c.equal("from world", x[0], 2)
			_, err = mpi.Recv(dup, x, 0, 0)
			c.ok("Recv", err)
			c.equal("from dup", x[0], 1)
		}

		dims, err := mpi.Dims(4, 2)
		c.ok("Dims", err)
		c.equal("Dims", dims, []int{2, 2})
		grid, err := world.CartCreate(dims, []bool{false, true})
		c.ok("CartCreate", err)
		at, err := grid.Coords(me)
		c.ok("Coords", err)
		c.equal("Coords", at, []int{me / 2, me % 2})
		r, err := grid.RankAt(at)
		c.ok("RankAt", err)
		c.equal("RankAt", r, me)
		up, down, err := grid.Shift(0, 1)
		c.ok("Shift", err)
		c.equal("Shift, open", []int{up, down}, map[bool][]int{true: {mpi.ProcNull, me + 2}, false: {me - 2, mpi.ProcNull}}[me < 2])
		left, right, err := grid.Shift(1, 1)
		c.ok("Shift", err)
		c.equal("Shift, periodic", []int{left, right}, []int{me ^ 1, me ^ 1})
		line, err := world.CartCreate([]int{3}, []bool{false})
		c.ok("CartCreate", err)
		if (line == nil) != (me == 3) {
			c.errorf("rank %d is in a line of 3: %v", me, line)
		}
		return c.err()
	}

	roles["windows"] = func(world *mpi.Comm) error {
		var c check
		me, n := world.Rank(), world.Size()
		w, err := mpi.WinAllocate[int](world, n+1)
		if err != nil {
			return err
		}
		// Each rank puts its number into everybody's window.
		c.ok("Fence", w.Fence())
		for target := range n {
			c.ok("Put", w.Put([]int{me + 1}, target, me))
			c.ok("Accumulate", w.Accumulate([]int{me + 1}, mpi.Sum, target, n))
		}
		c.ok("Fence", w.Fence())
		c.equal("window", w.Local(), []int{1, 2, 3, 6})
		got := make([]int, n+1)
		c.ok("Get", w.Get(got, (me+1)%n, 0))
		c.ok("Fence", w.Fence())
		c.equal("Get", got, []int{1, 2, 3, 6})
		c.ok("Fence", w.Fence())

		// A counter: every value is drawn once.
		var drawn [1]int
		for range 100 {
			c.ok("Lock", w.Lock(0, false))
			v, err := w.FetchAndOp(1, mpi.Sum, 0, n)
			c.ok("FetchAndOp", err)
			c.ok("Unlock", w.Unlock(0))
			drawn[0] += v - 6
		}
		c.ok("Allreduce", mpi.Allreduce(world, drawn[:], drawn[:], mpi.Sum))
		c.equal("sum of the tickets", drawn[0], 100*n*(100*n-1)/2)

		// Exactly one rank swaps.
		c.ok("Lock", w.Lock(1, true))
		old, err := w.CompareAndSwap(6, 1000+me, 1, n)
		c.ok("CompareAndSwap", err)
		c.ok("Unlock", w.Unlock(1))
		swapped := []int{0}
		if old == 6 {
			swapped[0] = 1
		}
		c.ok("Allreduce", mpi.Allreduce(world, swapped, swapped, mpi.Sum))
		c.equal("ranks that swapped", swapped[0], 1)
		c.is("no such target", w.Put(got, n, 0), mpi.ErrRank)
		c.is("negative place", w.Put(got, 0, -1), mpi.ErrRMARange)
		c.is("beyond the end", w.Put(got, 0, 1), mpi.ErrRMARange)
		_, err = w.FetchAndOp(1, mpi.Sum, 0, n+1)
		c.is("beyond the end", err, mpi.ErrRMARange)
		_, err = w.CompareAndSwap(1, 1, 0, math.MaxInt)
		c.is("beyond all", err, mpi.ErrRMARange)
		c.is("no operation", w.Accumulate(got, mpi.NoOp, 0, 0), mpi.ErrOp)
		c.is("unlocked before", w.Unlock(0), mpi.ErrRMASync)
		c.ok("Free", w.Free())
		c.is("freed", w.Put(got, 0, 0), mpi.ErrWin)
		c.is("freed", w.Fence(), mpi.ErrWin)
		for _, n := range []int{-1, math.MaxInt} {
			_, err = mpi.WinAllocate[int](world, n)
			c.is("no such size", err, mpi.ErrSize)
		}
		// Windows of different lengths, one of them empty, are known to all.
		if w, err = mpi.WinAllocatev[int](world, []int{0, 1, 2}); err != nil {
			return err
		}
		c.is("the empty window", w.Put([]int{1}, 0, 0), mpi.ErrRMARange)
		c.ok("Fence", w.Fence())
		c.ok("the last window", w.Put([]int{7}, n-1, n-2))
		c.ok("Fence", w.Fence())
		if me == n-1 {
			c.equal("last element", w.Local()[n-2], 7)
		}
		c.ok("Free", w.Free())
		return c.err()
	}
}

// beyondInt passes numbers that C's int would cut off: large is 1<<32, which is 0 to it.
func beyondInt(c *check, world *mpi.Comm, line *mpi.Cart, large int) {
	if large == 1 {
		return // Go's int is no larger here
	}
	_, err := world.Split(large, 0)
	c.is("color beyond int", err, mpi.ErrArg)
	_, err = world.Split(0, large)
	c.is("key beyond int", err, mpi.ErrArg)
	for _, n := range []int{large + 4, 0, -4} { // from 0 ranks MPICH never returns
		_, err = mpi.Dims(n, 2)
		c.is("ranks beyond int, none", err, mpi.ErrDims)
	}
	_, err = mpi.Dims(4, large)
	c.is("too many dimensions", err, mpi.ErrDims)
	for _, n := range []int{large + 1, 0, -1} { // 0 gives no grid and no error in MPICH
		_, err = world.CartCreate([]int{n}, []bool{false})
		c.is("dimension beyond int, none", err, mpi.ErrDims)
	}
	_, err = line.Coords(large)
	c.is("rank beyond int", err, mpi.ErrArg)
	_, err = line.RankAt([]int{large})
	c.is("place beyond int", err, mpi.ErrArg)
	_, _, err = line.Shift(large, 1)
	c.is("dimension beyond int", err, mpi.ErrArg)
	c.is("counts beyond int", mpi.Alltoallv(world, make([]int, 4), []int{large, 4 - large}, make([]int, 3), []int{1, 2}), mpi.ErrCount)
}

func TestOwnOperations(t *testing.T) { testTogether(t, 3, "own-operations") }

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

func TestValuesOfAll(t *testing.T) { testTogether(t, 3, "values-of-all") }

func init() {
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
}

func TestSubset(t *testing.T) { testTogether(t, 3, "subset") }

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

// Garbage is collected without pause during 20,000 reductions; all of them are right. They are fewer, but at least 500,
// where a rank that polls keeps the other from its turn for milliseconds: with one core, or beside other programs.
func TestAllreduceDuringCollections(t *testing.T) { testRole(t, 2, "gc") }

func init() {
	roles["gc"] = func(world *mpi.Comm) error {
		due, stopped := make(chan struct{}, 1), make(chan struct{})
		go func() {
			defer close(stopped)
			for range due {
				runtime.GC()
			}
		}()
		var c check
		enough := time.Now().Add(10 * time.Second)
		for i, slow := 0, 0; i < 20_000 && (i < 500 || slow == 0); i++ {
			select {
			case due <- struct{}{}:
			default: // the last collection is still going on
			}
			if time.Now().After(enough) {
				slow = 1
			}
			in, out := []int{i, world.Rank(), slow}, make([]int, 3)
			if err := mpi.Allreduce(world, in, out, mpi.Sum); err != nil {
				return err
			}
			if out[0] != i*world.Size() || out[1] != 1 {
				c.errorf("reduction %d: %v", i, out)
				break
			}
			slow = out[2] // so both stop after the same reduction
		}
		close(due)
		<-stopped
		return c.err()
	}
}

func collectAndAllocate(n, size int) [][]byte {
	runtime.GC()
	runtime.GC()
	slices := make([][]byte, n)
	for i := range slices {
		slices[i] = make([]byte, size)
		for j := range slices[i] {
			slices[i][j] = 0xAA
		}
	}
	return slices
}

func countOther(slices [][]byte, want byte) int {
	n := 0
	for _, s := range slices {
		for _, b := range s {
			if b != want {
				n++
			}
		}
	}
	return n
}
