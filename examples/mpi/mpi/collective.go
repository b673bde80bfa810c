package mpi

import (
	"math"
	"reflect"
	"sync"
	"unsafe"
)

// An Op combines the elements of several ranks.
type Op int

// The operations of Reduce, Allreduce, Scan, Exscan and of windows. Complex numbers have no order,
// floating-point numbers no bits: those combinations are ErrOp.
const (
	Sum        Op = opSum
	Prod       Op = opProd
	Max        Op = opMax
	Min        Op = opMin
	And        Op = opAnd // bit by bit
	Or         Op = opOr
	Xor        Op = opXor
	LogicalAnd Op = opLogicalAnd // 0 is false, all else is true
	LogicalOr  Op = opLogicalOr
	LogicalXor Op = opLogicalXor
	Replace    Op = opReplace // windows only: the new value
	NoOp       Op = opNoOp    // windows only: the old value
)

func (o Op) String() string {
	switch {
	case o >= opSum && o <= opNoOp:
		return handleTable[o].c
	case o.own() != nil:
		return "an operation of NewOp"
	}
	return "no Op"
}

// check refuses what the standard does not define for elements of a kind, or not up to last. Libraries
// report it, go on with wrong results, crash, or never return.
func (o Op) check(op string, last Op, b buffer) error {
	if own := o.own(); own != nil && last == LogicalXor {
		if own.kind != b.kind {
			return bad(op, ErrOp, "the operation was made for elements of kind %v, and these are %v", own.kind, b.kind)
		}
		return nil
	}
	if o < opSum || o > last {
		return bad(op, ErrOp, "%v cannot be used here", o)
	}
	switch o {
	case Max, Min:
		if b.kind >= reflect.Complex64 {
			return bad(op, ErrOp, "%v: complex numbers have no order", o)
		}
	case And, Or, Xor, LogicalAnd, LogicalOr, LogicalXor:
		if b.kind >= reflect.Float32 {
			return bad(op, ErrOp, "%v is for integers, and the elements are %v", o, b.kind)
		}
	}
	return nil
}

// ok refuses what MPI would not survive, or not report.
func (c *Comm) ok(op string, root int, buffers ...buffer) error {
	if c == nil || c.handle == 0 {
		return bad(op, ErrComm, "the communicator is nil, or was freed")
	}
	if root < 0 || root >= c.size {
		return bad(op, ErrRoot, "there is no rank %d: this communicator has 0 to %d", root, c.size-1)
	}
	for i := range buffers {
		if err := buffers[i].fits(op); err != nil {
			return err
		}
	}
	return nil
}

func same(op, a, b string, n, want int) error {
	if n != want {
		return bad(op, ErrCount, "%s has %d elements, %s asks for %d", a, n, b, want)
	}
	return nil
}

// Barrier waits until every rank of c has called it.
func (c *Comm) Barrier() error {
	if err := c.ok("Barrier", 0); err != nil {
		return err
	}
	return call8("Barrier", fn.Barrier, c.handle, 0, 0, 0, 0, 0, 0, 0)
}

// Bcast copies root's data to every rank. All must give slices of one length.
func Bcast[T Scalar](c *Comm, data []T, root int) error {
	b := bufferOf(data)
	if err := c.ok("Bcast", root, b); err != nil {
		return err
	}
	i, err := enter("Bcast")
	if err != nil {
		return err
	}
	err = i.bcast("Bcast", c, b, root)
	i.leave()
	return err
}

func (i *invocation) bcast(op string, c *Comm, b buffer, root int) error {
	return i.call8(op, fn.Bcast, uintptr(b.p), cint(b.n), b.datatype, cint(root), c.handle, 0, 0, 0)
}

// Ibarrier is Barrier without the wait: the request is done when every rank of c has called it. Ranks
// that call Ibarrier do not match ranks that call Barrier; so it is with Ibcast and Iallreduce.
func (c *Comm) Ibarrier() (*Request, error) {
	const op = "Ibarrier"
	if err := c.ok(op, 0); err != nil {
		return nil, err
	}
	q := newRequest(op)
	return q.begun(call8(op, fn.Ibarrier, c.handle, addressOf(&q.handle), 0, 0, 0, 0, 0, 0))
}

// Ibcast begins a Bcast. Until the request is done, data must not be written on root, nor looked at on
// the others.
func Ibcast[T Scalar](c *Comm, data []T, root int) (*Request, error) {
	const op = "Ibcast"
	b := bufferOf(data)
	if err := c.ok(op, root, b); err != nil {
		return nil, err
	}
	q := newRequest(op, b)
	return q.begun(call8(op, fn.Ibcast, uintptr(b.p), cint(b.n), b.datatype, cint(root), c.handle, addressOf(&q.handle), 0, 0))
}

// Scatter cuts root's send into as many equal parts as there are ranks: part i to rank i. Only root
// needs send. In place at root: recv is its own part of send.
func Scatter[T Scalar](c *Comm, send, recv []T, root int) error {
	const op = "Scatter"
	a, b := bufferOf(send), bufferOf(recv)
	if err := c.ok(op, root, b); err != nil {
		return err
	}
	if c.rank != root {
		return call8(op, fn.Scatter, 0, 0, b.datatype, uintptr(b.p), cint(b.n), b.datatype, cint(root), c.handle)
	}
	if err := same(op, "send", "recv on every rank", a.n, b.n*c.size); err != nil {
		return err
	}
	in, err := overlap(op, a, b, root*b.n)
	switch {
	case err != nil:
		return err
	case in:
		return call8(op, fn.Scatter, uintptr(a.p), cint(b.n), a.datatype,
			uintptr(abi.integer[inPlace]), cint(b.n), b.datatype, cint(root), c.handle)
	}
	return call8(op, fn.Scatter, uintptr(a.p), cint(b.n), a.datatype,
		uintptr(b.p), cint(b.n), b.datatype, cint(root), c.handle)
}

// Gather joins the ranks' equal parts in root's recv, in the order of the ranks. Only root needs
// recv. In place at root: send is its own part of recv.
func Gather[T Scalar](c *Comm, send, recv []T, root int) error {
	const op = "Gather"
	a, b := bufferOf(send), bufferOf(recv)
	if err := c.ok(op, root, a); err != nil {
		return err
	}
	if c.rank != root {
		return call8(op, fn.Gather, uintptr(a.p), cint(a.n), a.datatype, 0, 0, a.datatype, cint(root), c.handle)
	}
	if err := same(op, "recv", "send on every rank", b.n, a.n*c.size); err != nil {
		return err
	}
	in, err := overlap(op, b, a, root*a.n)
	switch {
	case err != nil:
		return err
	case in:
		return call8(op, fn.Gather, uintptr(abi.integer[inPlace]), cint(a.n), a.datatype,
			uintptr(b.p), cint(a.n), b.datatype, cint(root), c.handle)
	}
	return call8(op, fn.Gather, uintptr(a.p), cint(a.n), a.datatype,
		uintptr(b.p), cint(a.n), b.datatype, cint(root), c.handle)
}

// Allgather is Gather to every rank. In place: send is this rank's own part of recv, on all ranks.
func Allgather[T Scalar](c *Comm, send, recv []T) error {
	const op = "Allgather"
	a, b := bufferOf(send), bufferOf(recv)
	if err := c.ok(op, 0, a); err != nil {
		return err
	}
	if err := same(op, "recv", "send on every rank", b.n, a.n*c.size); err != nil {
		return err
	}
	in, err := overlap(op, b, a, c.rank*a.n)
	switch {
	case err != nil:
		return err
	case in:
		return call8(op, fn.Allgather, uintptr(abi.integer[inPlace]), 0, a.datatype,
			uintptr(b.p), cint(a.n), b.datatype, c.handle, 0)
	}
	return call8(op, fn.Allgather, uintptr(a.p), cint(a.n), a.datatype, uintptr(b.p), cint(a.n), b.datatype, c.handle, 0)
}

// Alltoall sends part i of send to rank i, and receives part i of recv from rank i. In place: the
// same slice twice, on all ranks.
func Alltoall[T Scalar](c *Comm, send, recv []T) error {
	const op = "Alltoall"
	a, b := bufferOf(send), bufferOf(recv)
	if err := c.ok(op, 0); err != nil {
		return err
	}
	if err := same(op, "recv", "send", b.n, a.n); err != nil {
		return err
	}
	if a.n%c.size != 0 {
		return bad(op, ErrCount, "%d elements are no equal parts for %d ranks", a.n, c.size)
	}
	if err := (buffer{n: a.n / c.size}).fits(op); err != nil {
		return err
	}
	n := cint(a.n / c.size)
	in, err := overlap(op, b, a, 0)
	switch {
	case err != nil:
		return err
	case in:
		return call8(op, fn.Alltoall, uintptr(abi.integer[inPlace]), 0, a.datatype, uintptr(b.p), n, b.datatype, c.handle, 0)
	}
	return call8(op, fn.Alltoall, uintptr(a.p), n, a.datatype, uintptr(b.p), n, b.datatype, c.handle, 0)
}

// parts are the counts and the beginnings of parts that follow one another.
func (c *Comm) parts(op, of string, counts []int, n int) (lengths, begins []int32, err error) {
	if len(counts) != c.size {
		return nil, nil, bad(op, ErrCount, "%d counts for %d ranks", len(counts), c.size)
	}
	begins, sum := make([]int32, c.size), 0
	for i, count := range counts {
		if count < 0 || count > math.MaxInt32 {
			return nil, nil, bad(op, ErrCount, "the count of rank %d is %d: want 0 to %d", i, count, math.MaxInt32)
		}
		if sum > math.MaxInt32 {
			return nil, nil, bad(op, ErrCount, "the part of rank %d begins at element %d: want at most %d", i, sum, math.MaxInt32)
		}
		begins[i] = int32(sum)
		sum += count
	}
	return cints(counts), begins, same(op, of, "the sum of counts", n, sum)
}

// Scatterv is Scatter with parts of different lengths: counts[i] elements to rank i. Only root needs
// send and counts.
func Scatterv[T Scalar](c *Comm, send []T, counts []int, recv []T, root int) error {
	const op = "Scatterv"
	a, b := bufferOf(send), bufferOf(recv)
	if err := c.ok(op, root, b); err != nil {
		return err
	}
	if c.rank != root {
		return call(op, fn.Scatterv, 0, 0, 0, b.datatype, uintptr(b.p), cint(b.n), b.datatype, cint(root), c.handle)
	}
	n, at, err := c.parts(op, "send", counts, a.n)
	if err == nil {
		err = same(op, "recv", "counts", b.n, counts[root])
	}
	if err != nil {
		return err
	}
	in, err := overlap(op, a, b, int(at[root]))
	switch {
	case err != nil:
		return err
	case in:
		return call(op, fn.Scatterv, uintptr(a.p), uintptr(unsafe.Pointer(&n[0])), uintptr(unsafe.Pointer(&at[0])), a.datatype,
			uintptr(abi.integer[inPlace]), 0, b.datatype, cint(root), c.handle)
	}
	return call(op, fn.Scatterv, uintptr(a.p), uintptr(unsafe.Pointer(&n[0])), uintptr(unsafe.Pointer(&at[0])), a.datatype,
		uintptr(b.p), cint(b.n), b.datatype, cint(root), c.handle)
}

// Gatherv is Gather with parts of different lengths: counts[i] elements from rank i. Only root needs
// recv and counts.
func Gatherv[T Scalar](c *Comm, send, recv []T, counts []int, root int) error {
	const op = "Gatherv"
	a, b := bufferOf(send), bufferOf(recv)
	if err := c.ok(op, root, a); err != nil {
		return err
	}
	if c.rank != root {
		return call(op, fn.Gatherv, uintptr(a.p), cint(a.n), a.datatype, 0, 0, 0, a.datatype, cint(root), c.handle)
	}
	n, at, err := c.parts(op, "recv", counts, b.n)
	if err == nil {
		err = same(op, "send", "counts", a.n, counts[root])
	}
	if err != nil {
		return err
	}
	in, err := overlap(op, b, a, int(at[root]))
	switch {
	case err != nil:
		return err
	case in:
		return call(op, fn.Gatherv, uintptr(abi.integer[inPlace]), 0, a.datatype,
			uintptr(b.p), uintptr(unsafe.Pointer(&n[0])), uintptr(unsafe.Pointer(&at[0])), b.datatype, cint(root), c.handle)
	}
	return call(op, fn.Gatherv, uintptr(a.p), cint(a.n), a.datatype,
		uintptr(b.p), uintptr(unsafe.Pointer(&n[0])), uintptr(unsafe.Pointer(&at[0])), b.datatype, cint(root), c.handle)
}

// Allgatherv is Gatherv to every rank, all of which need recv and counts.
func Allgatherv[T Scalar](c *Comm, send, recv []T, counts []int) error {
	const op = "Allgatherv"
	a, b := bufferOf(send), bufferOf(recv)
	if err := c.ok(op, 0, a); err != nil {
		return err
	}
	n, at, err := c.parts(op, "recv", counts, b.n)
	if err == nil {
		err = same(op, "send", "counts", a.n, counts[c.rank])
	}
	if err != nil {
		return err
	}
	in, err := overlap(op, b, a, int(at[c.rank]))
	switch {
	case err != nil:
		return err
	case in:
		return call8(op, fn.Allgatherv, uintptr(abi.integer[inPlace]), 0, a.datatype,
			uintptr(b.p), uintptr(unsafe.Pointer(&n[0])), uintptr(unsafe.Pointer(&at[0])), b.datatype, c.handle)
	}
	return call8(op, fn.Allgatherv, uintptr(a.p), cint(a.n), a.datatype,
		uintptr(b.p), uintptr(unsafe.Pointer(&n[0])), uintptr(unsafe.Pointer(&at[0])), b.datatype, c.handle)
}

// Alltoallv is Alltoall with parts of different lengths. The slices must not overlap.
func Alltoallv[T Scalar](c *Comm, send []T, sendCounts []int, recv []T, recvCounts []int) error {
	const op = "Alltoallv"
	a, b := bufferOf(send), bufferOf(recv)
	if err := c.ok(op, 0); err != nil {
		return err
	}
	an, aAt, err := c.parts(op, "send", sendCounts, a.n)
	if err != nil {
		return err
	}
	bn, bAt, err := c.parts(op, "recv", recvCounts, b.n)
	if err != nil {
		return err
	}
	if in, err := overlap(op, a, b, 0); in || err != nil {
		return bad(op, ErrBuffer, "the two slices overlap")
	}
	return call(op, fn.Alltoallv,
		uintptr(a.p), uintptr(unsafe.Pointer(&an[0])), uintptr(unsafe.Pointer(&aAt[0])), a.datatype,
		uintptr(b.p), uintptr(unsafe.Pointer(&bn[0])), uintptr(unsafe.Pointer(&bAt[0])), b.datatype, c.handle)
}

// Reduce combines the ranks' send, element by element, in root's recv. Only root needs recv. In
// place at root: the same slice twice.
func Reduce[T Scalar](c *Comm, send, recv []T, by Op, root int) error {
	const op = "Reduce"
	a, b := bufferOf(send), bufferOf(recv)
	if err := c.ok(op, root, a, b); err != nil {
		return err
	}
	if err := by.check(op, LogicalXor, a); err != nil {
		return err
	}
	if c.rank != root {
		return call8(op, fn.Reduce, uintptr(a.p), 0, cint(a.n), a.datatype, by.Handle(), cint(root), c.handle, 0)
	}
	if err := same(op, "recv", "send", b.n, a.n); err != nil {
		return err
	}
	in, err := overlap(op, b, a, 0)
	switch {
	case err != nil:
		return err
	case in:
		return call8(op, fn.Reduce, uintptr(abi.integer[inPlace]), uintptr(b.p), cint(a.n), a.datatype,
			by.Handle(), cint(root), c.handle, 0)
	}
	return call8(op, fn.Reduce, uintptr(a.p), uintptr(b.p), cint(a.n), a.datatype, by.Handle(), cint(root), c.handle, 0)
}

// Allreduce is Reduce to every rank. In place: the same slice twice, on all ranks.
func Allreduce[T Scalar](c *Comm, send, recv []T, by Op) error {
	return c.combine("Allreduce", fn.Allreduce, bufferOf(send), bufferOf(recv), by)
}

// Iallreduce begins an Allreduce. Until the request is done, send must not be written, nor recv looked at.
func Iallreduce[T Scalar](c *Comm, send, recv []T, by Op) (*Request, error) {
	const op = "Iallreduce"
	a, b := bufferOf(send), bufferOf(recv)
	in, err := c.combines(op, a, b, by)
	if err != nil {
		return nil, err
	}
	q, from := newRequest(op, a, b), uintptr(a.p) // pinned
	if in {
		from = uintptr(abi.integer[inPlace])
	}
	return q.begun(call8(op, fn.Iallreduce, from, uintptr(b.p), cint(b.n), b.datatype, by.Handle(), c.handle, addressOf(&q.handle), 0))
}

// Scan combines the elements of ranks 0 to this one. In place: the same slice twice, on all ranks.
func Scan[T Scalar](c *Comm, send, recv []T, by Op) error {
	return c.combine("Scan", fn.Scan, bufferOf(send), bufferOf(recv), by)
}

// Exscan combines the elements of ranks 0 to the one before this; rank 0's recv stays as it was. In
// place: the same slice twice, on all ranks.
func Exscan[T Scalar](c *Comm, send, recv []T, by Op) error {
	return c.combine("Exscan", fn.Exscan, bufferOf(send), bufferOf(recv), by)
}

func (c *Comm) combine(op string, f uintptr, a, b buffer, by Op) error {
	in, err := c.combines(op, a, b, by)
	switch {
	case err != nil:
		return err
	case in:
		return call8(op, f, uintptr(abi.integer[inPlace]), uintptr(b.p), cint(b.n), b.datatype, by.Handle(), c.handle, 0, 0)
	}
	return call8(op, f, uintptr(a.p), uintptr(b.p), cint(b.n), b.datatype, by.Handle(), c.handle, 0, 0)
}

// combines checks what is to be combined, and whether in place.
func (c *Comm) combines(op string, a, b buffer, by Op) (in bool, err error) {
	if err := c.ok(op, 0, a, b); err != nil {
		return false, err
	}
	if err := by.check(op, LogicalXor, a); err != nil {
		return false, err
	}
	if err := same(op, "recv", "send", b.n, a.n); err != nil {
		return false, err
	}
	return overlap(op, b, a, 0)
}

// own has the operations made by NewOp: the Op handleCount is the first.
var own struct {
	mu   sync.Mutex
	list []*ownOp // guarded by mu
}

type ownOp struct {
	handle uintptr
	kind   reflect.Kind // of the elements that it combines
}

// mostOps is how many operations a process can make: functions that C can call are never freed.
const mostOps = 500

// NewOp makes an operation for Reduce, Allreduce, Iallreduce, Scan and Exscan out of a function, which must
// be associative. It combines two slices of one length, element by element: inout[i] = in[i] ∘ inout[i]. In
// comes from lower ranks than inout, unless commutative says that the order does not matter. The function
// runs inside MPI and must not call it; it must not keep the slices. An operation is never freed; a process
// can make 500. Collective: all ranks that use it make it.
func NewOp[T Scalar](f func(in, inout []T), commutative bool) (Op, error) {
	const op = "NewOp"
	if f == nil {
		return 0, bad(op, ErrOp, "the function is nil")
	}
	own.mu.Lock()
	defer own.mu.Unlock()
	if len(own.list) == mostOps {
		return 0, bad(op, ErrNoMem, "there are %d operations already", mostOps)
	}
	i, err := enter(op)
	if err != nil {
		return 0, err
	}
	defer i.leave()
	callback := newCallback(func(in, inout unsafe.Pointer, n *int32, _ uintptr) {
		f(unsafe.Slice((*T)(in), *n), unsafe.Slice((*T)(inout), *n))
	})
	commutes := 0
	if commutative {
		commutes = 1
	}
	handle := new(uintptr)
	if err := i.call8(op, fn.Op_create, callback, cint(commutes), addressOf(handle), 0, 0, 0, 0, 0); err != nil {
		return 0, err
	}
	own.list = append(own.list, &ownOp{handleAt(handle), reflect.TypeFor[T]().Kind()})
	return handleCount + Op(len(own.list)-1), nil
}

// own returns what NewOp made, nil for other operations.
func (o Op) own() *ownOp {
	if o < handleCount {
		return nil
	}
	own.mu.Lock()
	defer own.mu.Unlock()
	if at := int(o - handleCount); at < len(own.list) {
		return own.list[at]
	}
	return nil
}
