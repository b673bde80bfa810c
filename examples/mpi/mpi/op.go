package mpi

import (
	"reflect"
	"sync"
	"unsafe"
)

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
