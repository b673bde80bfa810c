package mpi

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
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
