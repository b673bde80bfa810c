package mpi

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"unsafe"
)

// A Comm is a communicator: a group of ranks whose messages never mix with another group's.
type Comm struct {
	handle     uintptr
	rank, size int
}

// newComm asks for rank and size, and lets errors be returned instead of aborting the job.
func newComm(i *invocation, handle uintptr) (*Comm, error) {
	c := &Comm{handle: handle}
	if err := c.errorsReturn(i); err != nil {
		return nil, err
	}
	n := new([2]int32)
	if err := i.call8("Comm_rank", fn.Comm_rank, handle, uintptr(unsafe.Pointer(&n[0])), 0, 0, 0, 0, 0, 0); err != nil {
		return nil, err
	}
	if err := i.call8("Comm_size", fn.Comm_size, handle, uintptr(unsafe.Pointer(&n[1])), 0, 0, 0, 0, 0, 0); err != nil {
		return nil, err
	}
	c.rank, c.size = int(n[0]), int(n[1])
	return c, nil
}

func (c *Comm) errorsReturn(i *invocation) error {
	return i.call8("Comm_set_errhandler", fn.Comm_set_errhandler, c.handle, abi.handle[errorsReturn], 0, 0, 0, 0, 0, 0)
}

// Rank returns this process's number in c, from 0 to Size-1.
func (c *Comm) Rank() int { return c.rank }

// Size returns how many ranks c has.
func (c *Comm) Size() int { return c.size }

// Abort ends the whole job with the given exit code, 1 to 255. It does not return. It panics where
// no call is allowed, and if the code would not tell a failure.
func (c *Comm) Abort(code int) {
	if err := c.ok("Abort", 0); err != nil {
		panic(err)
	}
	if code < 1 || code > 255 {
		panic(bad("Abort", ErrArg, "exit code %d: want 1 to 255", code))
	}
	if _, err := enter("Abort"); err != nil {
		panic(err)
	}
	abort(code)
}

// handleAt reads a handle that the library has written.
func handleAt(p *uintptr) uintptr {
	if abi.kind == mpich { // an int
		return uintptr(*(*uint32)(unsafe.Pointer(p)))
	}
	return *p
}

// create makes a new communicator by f, which has its handle written to an address; nil where this rank
// is not part of it.
func create(op string, f func(i *invocation, handle uintptr) error) (*Comm, error) {
	i, err := enter(op)
	if err != nil {
		return nil, err
	}
	defer i.leave()
	h := new(uintptr)
	if err := f(i, addressOf(h)); err != nil || handleAt(h) == abi.handle[commNull] {
		return nil, err
	}
	return newComm(i, handleAt(h))
}

// Undefined, as the color of Split, leaves a rank out.
const Undefined = math.MinInt32

// Split makes one communicator for every color; ranks are ordered by key, and by their rank in c
// where keys are equal. A rank whose color is Undefined gets nil. Collective.
func (c *Comm) Split(color, key int) (*Comm, error) {
	if err := c.ok("Split", 0); err != nil {
		return nil, err
	}
	if color == Undefined {
		color = abi.integer[undefined]
	} else if color < 0 {
		return nil, bad("Split", ErrArg, "color %d: want 0 or more, or mpi.Undefined", color)
	}
	if err := areInts("Split", color, key); err != nil {
		return nil, err
	}
	return create("Split", func(i *invocation, h uintptr) error {
		return i.call8("Split", fn.Comm_split, c.handle, cint(color), cint(key), h, 0, 0, 0, 0)
	})
}

// SplitShared makes one communicator for every machine: its ranks can share memory. Collective.
func (c *Comm) SplitShared() (*Comm, error) {
	if err := c.ok("SplitShared", 0); err != nil {
		return nil, err
	}
	return create("SplitShared", func(i *invocation, h uintptr) error {
		return i.call8("SplitShared", fn.Comm_split_type, c.handle, cint(abi.integer[commTypeShared]), cint(c.rank),
			abi.handle[infoNull], h, 0, 0, 0)
	})
}

// Subset makes a communicator of the listed ranks of c, in the order of the list; a rank that is not
// listed gets nil, and need not call it. Collective over the listed ranks, with one list; calls that go on
// at the same time in several goroutines need different tags.
func (c *Comm) Subset(ranks []int, tag int) (*Comm, error) {
	const op = "Subset"
	if err := c.ok(op, 0); err != nil {
		return nil, err
	}
	if _, _, err := c.dest(op, 0, tag); err != nil {
		return nil, err
	}
	for i, r := range ranks {
		if r < 0 || r >= c.size || slices.Contains(ranks[:i], r) {
			return nil, bad(op, ErrRank, "%v: want ranks from 0 to %d, each once", ranks, c.size-1)
		}
	}
	if !slices.Contains(ranks, c.rank) {
		return nil, nil
	}
	list, groups := cints(ranks), new([2]uintptr) // of c, and of the subset
	return create(op, func(i *invocation, h uintptr) error {
		err := i.call8(op, fn.Comm_group, c.handle, addressOf(&groups[0]), 0, 0, 0, 0, 0, 0)
		if err != nil {
			return err
		}
		defer i.call8(op, fn.Group_free, addressOf(&groups[0]), 0, 0, 0, 0, 0, 0, 0)
		err = i.call8(op, fn.Group_incl, handleAt(&groups[0]), cint(len(list)), uintptr(unsafe.Pointer(&list[0])),
			addressOf(&groups[1]), 0, 0, 0, 0)
		if err != nil {
			return err
		}
		defer i.call8(op, fn.Group_free, addressOf(&groups[1]), 0, 0, 0, 0, 0, 0, 0)
		return i.call8(op, fn.Comm_create_group, c.handle, handleAt(&groups[1]), cint(tag), h, 0, 0, 0, 0)
	})
}

// Dup makes a communicator of the same ranks, for a library or a goroutine that wants its messages
// to itself. Collective.
func (c *Comm) Dup() (*Comm, error) {
	if err := c.ok("Dup", 0); err != nil {
		return nil, err
	}
	return create("Dup", func(i *invocation, h uintptr) error {
		return i.call8("Dup", fn.Comm_dup, c.handle, h, 0, 0, 0, 0, 0, 0)
	})
}

// Free gives back a communicator made by Split, SplitShared, Dup or CartCreate. Calls with it are
// ErrComm from then on. Collective.
func (c *Comm) Free() error {
	if err := c.ok("Free", 0); err != nil {
		return err
	}
	h := new(uintptr)
	*h = c.handle
	err := call("Free", fn.Comm_free, uintptr(unsafe.Pointer(h)))
	if err == nil {
		c.handle = 0 // the library may have reused what it stood for
	}
	return err
}

// A Cart is a communicator whose ranks form a grid.
type Cart struct {
	*Comm
	dims []int
}

// mostDims is more than any grid of ranks can use: 31 dimensions of 2 are all that a C int counts.
const mostDims = 64

// Dims splits n ranks into a grid of the given number of dimensions, as square as can be.
func Dims(n, dimensions int) ([]int, error) {
	if dimensions < 1 || dimensions > mostDims {
		return nil, bad("Dims", ErrDims, "%d dimensions: want 1 to %d", dimensions, mostDims)
	}
	if n < 1 || n > math.MaxInt32 {
		return nil, bad("Dims", ErrDims, "%d ranks: want 1 to %d", n, math.MaxInt32)
	}
	d := make([]int32, dimensions)
	err := call("Dims", fn.Dims_create, cint(n), cint(dimensions), uintptr(unsafe.Pointer(&d[0])))
	return goInts(d), err
}

// CartCreate arranges the ranks of c in a grid, row-major; periodic says which dimensions wrap
// around. Ranks that the grid has no place for get nil. Collective.
func (c *Comm) CartCreate(dims []int, periodic []bool) (*Cart, error) {
	if err := c.ok("CartCreate", 0); err != nil {
		return nil, err
	}
	if len(dims) == 0 || len(dims) != len(periodic) {
		return nil, bad("CartCreate", ErrDims, "%d dimensions and %d periods: want as many of both, at least 1", len(dims), len(periodic))
	}
	for i, n := range dims {
		if n < 1 || n > math.MaxInt32 {
			return nil, bad("CartCreate", ErrDims, "dimension %d has length %d: want 1 to %d", i, n, math.MaxInt32)
		}
	}
	d, p := cints(dims), make([]int32, len(dims))
	for i, wraps := range periodic {
		if wraps {
			p[i] = 1
		}
	}
	grid, err := create("CartCreate", func(i *invocation, h uintptr) error {
		return i.call8("CartCreate", fn.Cart_create, c.handle, cint(len(d)), uintptr(unsafe.Pointer(&d[0])),
			uintptr(unsafe.Pointer(&p[0])), 0, h, 0, 0)
	})
	if grid == nil {
		return nil, about(err, "dims %v of %d ranks", dims, c.size)
	}
	return &Cart{grid, slices.Clone(dims)}, nil
}

func (c *Cart) ok(op string) error {
	if c == nil {
		return bad(op, ErrComm, "the grid is nil")
	}
	return c.Comm.ok(op, 0)
}

// Free gives back the grid, as Comm's Free does. On a rank that the grid has no place for it is ErrComm.
func (c *Cart) Free() error {
	if err := c.ok("Free"); err != nil {
		return err
	}
	return c.Comm.Free()
}

// Coords returns a rank's place in the grid.
func (c *Cart) Coords(rank int) ([]int, error) {
	if err := c.ok("Coords"); err != nil {
		return nil, err
	}
	if err := areInts("Coords", rank); err != nil {
		return nil, err
	}
	x := make([]int32, len(c.dims))
	err := call("Coords", fn.Cart_coords, c.handle, cint(rank), cint(len(x)), uintptr(unsafe.Pointer(&x[0])))
	return goInts(x), about(err, "rank %d", rank)
}

// RankAt returns the rank at a place in the grid.
func (c *Cart) RankAt(coords []int) (int, error) {
	if err := c.ok("RankAt"); err != nil {
		return 0, err
	}
	if len(coords) != len(c.dims) {
		return 0, bad("RankAt", ErrDims, "%d coordinates in a grid of %d dimensions", len(coords), len(c.dims))
	}
	if err := areInts("RankAt", coords...); err != nil {
		return 0, err
	}
	x, r := cints(coords), new(int32)
	err := call("RankAt", fn.Cart_rank, c.handle, uintptr(unsafe.Pointer(&x[0])), uintptr(unsafe.Pointer(r)))
	return int(*r), about(err, "%v", coords)
}

// Shift returns the ranks from which and to which data moves when all of it moves by n places along
// a dimension. At an edge that does not wrap around, it is ProcNull.
func (c *Cart) Shift(dimension, n int) (source, dest int, err error) {
	if err := c.ok("Shift"); err != nil {
		return 0, 0, err
	}
	if err := areInts("Shift", dimension, n); err != nil {
		return 0, 0, err
	}
	r := new([2]int32)
	err = call("Shift", fn.Cart_shift, c.handle, cint(dimension), cint(n),
		uintptr(unsafe.Pointer(&r[0])), uintptr(unsafe.Pointer(&r[1])))
	return fromRank(r[0]), fromRank(r[1]), about(err, "dimension %d by %d", dimension, n)
}

// Ranks and tags that stand for none or for any. Their values are this package's own.
const (
	AnySource = -1 // in Recv and Probe: whoever sends
	AnyTag    = -1 // in Recv and Probe: whatever the tag
	ProcNull  = -2 // a neighbour beyond the edge: sending to it and receiving from it do nothing
)

func fromRank(r int32) int {
	switch int(r) {
	case abi.integer[procNull]:
		return ProcNull
	case abi.integer[anySource]:
		return AnySource
	}
	return int(r)
}

// dest translates the rank and the tag of a message to send.
func (c *Comm) dest(op string, rank, tag int) (r, t uintptr, err error) {
	switch {
	case c == nil || c.handle == 0:
		return 0, 0, bad(op, ErrComm, "the communicator is nil, or was freed")
	case rank == ProcNull:
		rank = abi.integer[procNull]
	case rank < 0 || rank >= c.size:
		return 0, 0, bad(op, ErrRank, "there is no rank %d: this communicator has 0 to %d", rank, c.size-1)
	}
	if tag < 0 || tag > math.MaxInt32 {
		return 0, 0, bad(op, ErrTag, "tag %d: want 0 to 32767; most libraries take more", tag)
	}
	return cint(rank), cint(tag), nil
}

// source translates the rank and the tag of a message to receive.
func (c *Comm) source(op string, rank, tag int) (r, t uintptr, err error) {
	any := 0
	if c != nil && c.handle != 0 && rank == AnySource {
		rank, any = 0, abi.integer[anySource]
	}
	wild := tag == AnyTag
	if wild {
		tag = 0
	}
	if r, t, err = c.dest(op, rank, tag); err != nil {
		return r, t, err
	}
	if any != 0 {
		r = cint(any)
	}
	if wild {
		t = cint(abi.integer[anyTag])
	}
	return r, t, nil
}

// areInts refuses what a C int would cut off.
func areInts(op string, numbers ...int) error {
	for _, n := range numbers {
		if n < math.MinInt32 || n > math.MaxInt32 {
			return bad(op, ErrArg, "%d: MPI's numbers go from %d to %d", n, math.MinInt32, math.MaxInt32)
		}
	}
	return nil
}

// addressOf is for memory that is kept alive, on the heap.
func addressOf[T any](p *T) uintptr { return uintptr(unsafe.Pointer(p)) }

// cint passes a C int.
func cint(n int) uintptr { return uintptr(uint32(int32(n))) }

func cints(a []int) []int32 {
	b := make([]int32, len(a))
	for i, n := range a {
		b[i] = int32(n)
	}
	return b
}

func goInts(a []int32) []int {
	b := make([]int, len(a))
	for i, n := range a {
		b[i] = int(n)
	}
	return b
}

// A Scalar is what messages are made of.
type Scalar interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 |
		~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr |
		~float32 | ~float64 | ~complex64 | ~complex128
}

var typeOfKind = [...]int{
	reflect.Int8: typeInt8, reflect.Int16: typeInt16, reflect.Int32: typeInt32, reflect.Int64: typeInt64,
	reflect.Uint8: typeUint8, reflect.Uint16: typeUint16, reflect.Uint32: typeUint32, reflect.Uint64: typeUint64,
	reflect.Int: typeInt32 + int(unsafe.Sizeof(0))/8, reflect.Uint: typeUint32 + int(unsafe.Sizeof(0))/8,
	reflect.Uintptr: typeUint32 + int(unsafe.Sizeof(uintptr(0)))/8,
	reflect.Float32: typeFloat32, reflect.Float64: typeFloat64,
	reflect.Complex64: typeComplex64, reflect.Complex128: typeComplex128,
}

var sizeOfKind = [...]int{
	reflect.Int8: 1, reflect.Int16: 2, reflect.Int32: 4, reflect.Int64: 8,
	reflect.Uint8: 1, reflect.Uint16: 2, reflect.Uint32: 4, reflect.Uint64: 8,
	reflect.Int: int(unsafe.Sizeof(0)), reflect.Uint: int(unsafe.Sizeof(0)), reflect.Uintptr: int(unsafe.Sizeof(uintptr(0))),
	reflect.Float32: 4, reflect.Float64: 8, reflect.Complex64: 8, reflect.Complex128: 16,
}

// A buffer is a slice as MPI sees it. Its pointer is what keeps it alive.
type buffer struct {
	p        unsafe.Pointer
	n        int     // of elements, or of vectors
	datatype uintptr // of them
	kind     reflect.Kind
}

func bufferOf[T Scalar](s []T) buffer {
	kind := reflect.TypeFor[T]().Kind()
	return buffer{unsafe.Pointer(unsafe.SliceData(s)), len(s), abi.handle[typeOfKind[kind]], kind}
}

func (b buffer) size() int { return sizeOfKind[b.kind] }

// fits refuses what a C int cannot count.
func (b buffer) fits(op string) error {
	if b.n > math.MaxInt32 {
		return bad(op, ErrCount, "%d elements: MPI counts to %d in one message", b.n, math.MaxInt32)
	}
	return nil
}

// overlap says how two buffers lie: in place means that b begins at element at of a, and lies in it.
func overlap(op string, a, b buffer, at int) (inPlace bool, err error) {
	if a.n == 0 || b.n == 0 {
		return false, nil
	}
	a0, b0 := uintptr(a.p), uintptr(b.p)
	a1, b1 := a0+uintptr(a.n*a.size()), b0+uintptr(b.n*b.size())
	switch {
	case b0 == a0+uintptr(at*a.size()) && b1 <= a1:
		return true, nil
	case b0 < a1 && a0 < b1:
		return false, bad(op, ErrBuffer, "the two slices overlap; in place, one must begin at element %d of the other", at)
	}
	return false, nil
}

func (b buffer) String() string { return fmt.Sprintf("%d elements", b.n) }
