package mpi

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// state says whether calls are allowed; enter and leave guard every one.
var state struct {
	running  atomic.Bool
	level    Level
	main     uintptr      // the goroutine that runs Main
	rank     int          // this process's in the world
	inside   atomic.Int64 // calls that have not returned; not counted when Funneled
	requests registry
}

// enter reports whether this goroutine may call MPI now. If so, what it returns calls MPI, once or more
// often, until leave: nobody who is alone inside is refused in the middle of an operation.
func enter(op string) (*invocation, error) {
	if !state.running.Load() {
		return nil, notRunning(op)
	}
	switch state.level {
	case Funneled:
		if goroutine() != state.main {
			return nil, bad(op, ErrThread, "only the goroutine that called mpi.Main may call MPI; mpi.Threads(mpi.Multiple) allows any")
		}
		return onlyOne, nil
	case Serialized:
		if !state.inside.CompareAndSwap(0, 1) {
			return nil, bad(op, ErrThread, "another goroutine is inside MPI; guard the calls with a mutex, or ask for mpi.Threads(mpi.Multiple)")
		}
	case Multiple:
		state.inside.Add(1)
	}
	i := invocations.Get().(*invocation)
	// Main counts the calls after it has stopped them: whoever came too late turns back.
	if !state.running.Load() {
		i.leave()
		return nil, notRunning(op)
	}
	return i, nil
}

func notRunning(op string) error {
	return bad(op, ErrNotRunning, "MPI runs from the start of the function given to mpi.Main to its end")
}

// leave ends what enter began.
func (i *invocation) leave() {
	if i != onlyOne {
		state.inside.Add(-1)
	}
	i.yield() // outside: who runs now may call MPI
	if i != onlyOne {
		invocations.Put(i)
	}
}

// call calls an MPI function. As for syscall, pointers are converted in its argument list, which it
// allocates: for functions that take their time anyway.
//
//go:uintptrescapes
func call(op string, address uintptr, args ...uintptr) error {
	i, err := enter(op)
	if err != nil {
		return err
	}
	i.args = arguments{}
	copy(i.args[:], args)
	err = i.run(op, address)
	i.leave()
	return err
}

// call8 is call without the allocation, for functions with up to eight parameters: C ignores what
// is too much. It is not inlined, so that the arguments are kept until it returns.
//
//go:noinline
//go:uintptrescapes
func call8(op string, address, a1, a2, a3, a4, a5, a6, a7, a8 uintptr) error {
	i, err := enter(op)
	if err != nil {
		return err
	}
	i.args8(a1, a2, a3, a4, a5, a6, a7, a8)
	err = i.run(op, address)
	i.leave()
	return err
}

// arguments are those of a C function. Of those called here none has more.
type arguments [12]uintptr

// An invocation calls C functions. It must lie on the heap. The pool keeps one for each processor, so
// that what it knows of the calls before is about this processor's.
type invocation struct {
	address uintptr
	args    arguments
	status  rawStatus // room for what functions write
	flag    int32
	request [2]uintptr
	yielder
}

// call8 is for one call of several between enter and leave.
//
//go:noinline
//go:uintptrescapes
func (i *invocation) call8(op string, address, a1, a2, a3, a4, a5, a6, a7, a8 uintptr) error {
	i.args8(a1, a2, a3, a4, a5, a6, a7, a8)
	return i.run(op, address)
}

//go:noinline
//go:uintptrescapes
func (i *invocation) call12(op string, address, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12 uintptr) error {
	i.args = arguments{a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12}
	return i.run(op, address)
}

// args8 writes them one by one: to make the array first and copy it takes longer.
func (i *invocation) args8(a1, a2, a3, a4, a5, a6, a7, a8 uintptr) {
	i.args[0], i.args[1], i.args[2], i.args[3] = a1, a2, a3, a4
	i.args[4], i.args[5], i.args[6], i.args[7] = a5, a6, a7, a8
}

// run calls the function at address with the arguments in i. Where ranks share processors, it may poll instead.
func (i *invocation) run(op string, address uintptr) error {
	var code int32
	if waits == nil {
		code = i.call(address)
	} else {
		code = i.callOrPoll(address)
	}
	if code != 0 {
		return fromCode(op, code) // calls the library as well: before leave
	}
	return nil
}

func (i *invocation) call(address uintptr) int32 {
	if packsStack && address == fn.Sendrecv {
		i.args = packed(i.args)
	}
	i.address = address
	return int32(invoke(i))
}

// A yielder lets go of the processor every other millisecond, though nobody else may want it. A
// goroutine that does nothing but call C never comes by the scheduler. After 10 ms the runtime's
// monitor then takes its processor away in the middle of a call, and for a while looks again every
// 20 µs (sysmon and retake in Go 1.26's runtime/proc.go): where each core has a rank, the monitor
// runs in a rank's place, and both sides of every message wait for it.
type yielder struct {
	unseen  int       // calls that do not look at the clock, since they are short
	looked  time.Time // when one last did
	yielded time.Time
}

func (y *yielder) yield() {
	if y.unseen > 0 {
		y.unseen--
		return
	}
	now := time.Now()
	if now.Sub(y.looked) < time.Millisecond {
		y.unseen = 15
	}
	y.looked = now
	if now.Sub(y.yielded) > 2*time.Millisecond {
		y.yielded = now
		runtime.Gosched()
	}
}

var invocations = sync.Pool{New: func() any { return new(invocation) }}

// onlyOne is that of the goroutine that runs Main, if no other may call.
var onlyOne = new(invocation)

// packsStack says that on Apple's arm64 the parameters from the ninth on lie on the stack as close as their
// types allow. Everywhere else each has eight bytes, as here. It matters from the tenth on.
const packsStack = runtime.GOOS == "darwin" && runtime.GOARCH == "arm64"

// packed returns the arguments of MPI_Sendrecv for it: source and tag are ints and share eight bytes.
func packed(a arguments) arguments {
	a[8] = uintptr(uint64(a[8])&0xffffffff | uint64(a[9])<<32)
	copy(a[9:], a[10:])
	a[11] = 0
	return a
}
