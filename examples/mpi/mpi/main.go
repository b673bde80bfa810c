package mpi

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"
)

// A Level is what a program's goroutines may do with MPI at the same time.
type Level int

const (
	Funneled   Level = iota // only the goroutine that called Main calls MPI
	Serialized              // any goroutine calls MPI, one at a time
	Multiple                // any goroutine calls MPI at any time
)

func (l Level) String() string { return [...]string{"Funneled", "Serialized", "Multiple"}[l] }

// An Option changes how Main starts MPI.
type Option func(*options)

type options struct{ level Level }

// Threads asks for a level other than Funneled. Main fails if the library does not provide it.
func Threads(l Level) Option { return func(o *options) { o.level = l } }

// state says whether calls are allowed; enter and leave guard every one.
var state struct {
	running  atomic.Bool
	level    Level
	main     uintptr      // the goroutine that runs Main
	rank     int          // this process's in the world
	inside   atomic.Int64 // calls that have not returned; not counted when Funneled
	requests registry
}

// enter reports whether this goroutine may call MPI now.
func enter(op string) error {
	if !state.running.Load() {
		return notRunning(op)
	}
	switch state.level {
	case Funneled:
		if goroutine() != state.main {
			return bad(op, ErrThread, "only the goroutine that called mpi.Main may call MPI; mpi.Threads(mpi.Multiple) allows any")
		}
	case Serialized:
		if !state.inside.CompareAndSwap(0, 1) {
			return bad(op, ErrThread, "another goroutine is inside MPI; guard the calls with a mutex, or ask for mpi.Threads(mpi.Multiple)")
		}
	case Multiple:
		state.inside.Add(1)
	}
	// Main counts the calls after it has stopped them: whoever came too late turns back.
	if !state.running.Load() {
		leave()
		return notRunning(op)
	}
	return nil
}

func notRunning(op string) error {
	return bad(op, ErrNotRunning, "MPI runs from the start of the function given to mpi.Main to its end")
}

func leave() {
	if state.level != Funneled {
		state.inside.Add(-1)
	}
}

// call calls an MPI function. As for syscall, pointers are converted in its argument list, which it
// allocates: for functions that take their time anyway.
//
//go:uintptrescapes
func call(op string, address uintptr, args ...uintptr) error {
	var a arguments
	copy(a[:], args)
	return a.call(op, address)
}

// call8 is call without the allocation, for functions with up to eight parameters: C ignores what
// is too much. It is not inlined, so that the arguments are kept until it returns.
//
//go:noinline
//go:uintptrescapes
func call8(op string, address, a1, a2, a3, a4, a5, a6, a7, a8 uintptr) error {
	return (&arguments{a1, a2, a3, a4, a5, a6, a7, a8}).call(op, address)
}

//go:noinline
//go:uintptrescapes
func call12(op string, address, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12 uintptr) error {
	return (&arguments{a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12}).call(op, address)
}

// arguments are those of a C function. Of those called here none has more.
type arguments [12]uintptr

// An invocation is a call of a C function. It must lie on the heap. The pool keeps one for each
// processor, so that what it knows of the calls before is about this processor's.
type invocation struct {
	address uintptr
	args    arguments
	yielder
}

// A yielder lets go of the processor every other millisecond, though nobody else may want it. A
// goroutine that does nothing but call C never comes by the scheduler. After 10 ms the runtime's
// monitor then takes its processor away in the middle of a call (retake in runtime/proc.go), and
// goes on looking every 20 µs: where each core has a rank, that monitor is in the ranks' way, and
// messages take half as long again.
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

func (a *arguments) call(op string, address uintptr) error {
	if err := enter(op); err != nil {
		return err
	}
	defer leave()
	i := invocations.Get().(*invocation)
	i.address, i.args = address, *a
	code := int32(invoke(i))
	i.yield()
	invocations.Put(i)
	if code != 0 {
		return fromCode(op, code)
	}
	return nil
}

// Main starts MPI, runs f, and ends the process; every rank calls it, once.
//
// The exit code is 0 if f returns nil; before that, a rank waits until f has returned in all the
// others. If f returns an error or panics, Main prints it with the rank and ends the whole job by
// MPI_Abort, with exit code 1, or 2 for a panic. Main returns only if MPI could not be started, with
// an error that says what is missing.
func Main(f func(world *Comm) error, opts ...Option) error {
	var o options
	for _, set := range opts {
		set(&o)
	}
	if state.running.Load() {
		return bad("Main", ErrArg, "it is running already")
	}
	if dl != 0 {
		return bad("Main", ErrArg, "MPI cannot be started a second time in one process")
	}
	from := findLauncher(os.Getenv)
	if err := load(from); err != nil {
		return err
	}
	runtime.LockOSThread() // MPI's main thread is the one that initialises it
	world, err := start(o.level)
	if err != nil {
		return err
	}
	if world.size == 1 && from.ranks > 1 {
		state.running.Store(false)
		syscall(fn.Finalize)
		return fmt.Errorf("%s started %d ranks, but the library %s knows of 1:"+
			" use the launcher and the library of one MPI", from.name, from.ranks, dlPath)
	}
	run(f, world)
	// A rank that fails ends the job while the others wait for it. If they wait inside MPI_Finalize,
	// the launcher of Open MPI 4.1 crashes or hangs now and then: they wait here.
	if err := world.Barrier(); err != nil {
		world.fail(1, fmt.Sprintf("mpi.Main: the function returned, but the ranks cannot wait for each other: %v", err))
	}
	state.running.Store(false)
	world.nobodyInside()
	syscall(fn.Finalize)
	// os.Exit would skip what libraries have registered with atexit. MPICH from 4.2 on ends its
	// connection to the launcher there.
	syscall(exitC, 0)
	panic("unreachable")
}

// start initialises MPI for this thread.
func start(level Level) (*Comm, error) {
	want := [...]int{Funneled: threadFunneled, Serialized: threadSerialized, Multiple: threadMultiple}[level]
	provided := new(int32)
	code := syscall(fn.Init_thread, 0, 0, uintptr(abi.integer[want]), uintptr(unsafe.Pointer(provided)))
	if code != 0 {
		return nil, fmt.Errorf("%s: MPI_Init_thread failed with code %d", dlPath, code)
	}
	if int(*provided) < abi.integer[want] {
		syscall(fn.Finalize)
		return nil, fmt.Errorf("%s was built without the thread level %v", dlPath, level)
	}
	if err := onSignalStack(); err != nil {
		return nil, err
	}
	state.level, state.main = level, goroutine()
	state.running.Store(true)
	self := &Comm{handle: abi.handle[commSelf]}
	if err := self.errorsReturn(); err != nil {
		return nil, err
	}
	world, err := newComm(abi.handle[commWorld])
	if err == nil {
		state.rank = world.rank
	}
	return world, err
}

// run runs f, and ends the job unless all is well.
func run(f func(*Comm) error, world *Comm) {
	finished := false
	defer func() {
		if v := recover(); v != nil {
			world.fail(2, fmt.Sprintf("panic: %v\n\n%s", v, debug.Stack()))
		} else if !finished {
			world.fail(2, "the goroutine that called mpi.Main has ended (runtime.Goexit)")
		}
	}()
	err := f(world)
	finished = true
	if err != nil {
		world.fail(1, err.Error())
	}
	if n := state.requests.len(); n > 0 {
		world.fail(1, fmt.Sprintf("mpi.Main: the function returned, but %d requests were not waited for", n))
	}
	world.nobodyInside()
}

func (c *Comm) nobodyInside() {
	if n := state.inside.Load(); n > 0 {
		c.fail(1, fmt.Sprintf("mpi.Main: the function returned, but %d goroutines are still inside MPI", n))
	}
}

// fail prints why this rank ends the job, and ends it.
func (c *Comm) fail(code int, message string) {
	fmt.Fprintf(os.Stderr, "%s: rank %d: %s\n", filepath.Base(os.Args[0]), c.rank, message)
	state.running.Store(false)
	abort(code)
}

// patience is how long a rank that ends the job waits for its launcher to read what it has printed.
const patience = 10 * time.Second

// abort ends the job: the launcher kills the other ranks, and ends with code. It is the world that is
// aborted: for another communicator MPICH's launcher is told nothing, sees that one rank is gone, and
// ends with the 9 of those that it kills, now and then.
func abort(code int) {
	if left := drain(patience, os.Stdout, os.Stderr); left > 0 {
		fmt.Fprintf(os.Stderr, "%s: rank %d: nobody has read the last %d bytes of output for %v: they may be lost\n",
			filepath.Base(os.Args[0]), state.rank, left, patience)
	}
	syscall(fn.Abort, abi.handle[commWorld], cint(code))
}

// Version describes the MPI library in use.
type Version struct {
	Library string // name and version
	ABI     string // which binary interface it has
	File    string // the name by which it was loaded
}

// Library tells which MPI library this process uses. It works inside Main only.
func Library() (Version, error) {
	text, n := make([]byte, 8192), new(int32)
	err := call("Library", fn.Get_library_version, uintptr(unsafe.Pointer(&text[0])), uintptr(unsafe.Pointer(n)))
	if err != nil {
		return Version{}, err
	}
	// "Open MPI v4.1.4, package: …" and "MPICH Version:\t4.0.2\n…"
	name, _, _ := strings.Cut(strings.TrimRight(string(text[:*n]), "\x00"), "\n")
	name, _, _ = strings.Cut(name, ",")
	name = strings.Join(strings.Fields(strings.Replace(name, "Version:", "", 1)), " ")
	return Version{name, abi.kind.String(), dlPath}, nil
}

// ProcessorName returns the name of the machine that this rank runs on, as MPI knows it.
func ProcessorName() (string, error) {
	text, n := make([]byte, 512), new(int32)
	err := call("ProcessorName", fn.Get_processor_name, uintptr(unsafe.Pointer(&text[0])), uintptr(unsafe.Pointer(n)))
	return string(text[:*n]), err
}
