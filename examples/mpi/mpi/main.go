package mpi

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
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

// starting is locked while Main is running: from its start, in whichever goroutine, to its return.
var starting sync.Mutex

// Main starts MPI, runs f, and ends the process; every rank calls it, once.
//
// The exit code is 0 if f returns nil; MPI lets no rank end before the others have ended as well. If f
// returns an error or panics, Main prints it with the rank and ends the whole job by MPI_Abort, with
// exit code 1, or 2 for a panic. If the process that started it is gone, a rank of several ends by itself.
// Main returns only if MPI could not be started, with an error that says what is missing.
func Main(f func(world *Comm) error, opts ...Option) error {
	var o options
	for _, set := range opts {
		set(&o)
	}
	if !starting.TryLock() {
		return bad("Main", ErrArg, "it is running already")
	}
	defer starting.Unlock()
	if dl != 0 {
		return bad("Main", ErrArg, "MPI cannot be started a second time in one process")
	}
	from := findLauncher(os.Getenv)
	if from.ranks > 1 {
		go endWithLauncher(os.Getppid())
	}
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
		return fmt.Errorf("%s started %d ranks, but the library %s knows of 1: use the launcher and the library"+
			" of one MPI, or name the library's file in %s", from.name, from.ranks, dlPath, EnvLibrary)
	}
	if from.crowded() && abi.kind != openMPI {
		pollMessages()
		// All must decide alike: if they all run on this machine, and the same program, each sees the same.
		if from.local == world.size && siblings() == world.size {
			pollCollectives()
		}
	}
	run(f, world)
	world.others()
	state.running.Store(false)
	world.nobodyInside()
	syscall(fn.Finalize)
	exit(0)
	panic("unreachable")
}

// endWithLauncher ends this rank when the process that started it is gone. Otherwise a rank that waits in MPI
// for the others would wait, and use its processor, for ever: the launcher ends the ranks, and nobody else.
func endWithLauncher(pid int) {
	for range time.Tick(time.Second) {
		if os.Getppid() != pid {
			fmt.Fprintf(os.Stderr, "%s: the launcher is gone\n", filepath.Base(os.Args[0]))
			os.Exit(1)
		}
	}
}

// exit ends the process for C and for Go. MPICH from 4.2 on ends its connection to the launcher in a
// function that it has given to atexit, which os.Exit does not call. C's exit does not know what Go has to
// do: the race detector's exit code, and the coverage.
//
// Open MPI needs nothing of the kind, and it is not done there: its libraries may have threads that still
// run while these functions take away what they use. Such a thread's fault ended about one rank in 4,000 by
// signal 11, after its work was done.
func exit(code int) {
	if abi.kind != openMPI {
		syscall(libc.cxaFinalize, 0) // what atexit has collected
	}
	syscall(libc.fflush, 0)
	os.Exit(code)
}

// together is how long a rank that has ended well waits for others to end, before it enters MPI_Finalize.
const together = time.Second

// others waits for them. A rank that fails while others are just entering MPI_Finalize makes the launcher
// of Open MPI 4.1 crash or hang now and then. The wait has an end, since other ranks may be programs that
// know nothing of it: they go to MPI_Finalize and wait there.
func (c *Comm) others() {
	if abi.kind != openMPI {
		return
	}
	q, err := c.Ibarrier()
	for end := time.Now().Add(together); err == nil && time.Now().Before(end); time.Sleep(100 * time.Microsecond) {
		if _, done, _ := q.Test(); done {
			return
		}
	}
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
	i, err := enter("Main")
	if err != nil {
		return nil, err
	}
	defer i.leave()
	self := &Comm{handle: abi.handle[commSelf]}
	if err := self.errorsReturn(i); err != nil {
		return nil, err
	}
	world, err := newComm(i, abi.handle[commWorld])
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
	os.Exit(code) // MPI_Abort of MPICH from 4.2 on has told the launcher, and returns
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
