// Package mpi lets Go programs talk MPI, the Message Passing Interface, without cgo and without
// headers. One binary runs under Open MPI, MPICH and any library with the MPI-5.0 standard ABI;
// which one is decided when the program starts, by the launcher that started it.
//
// A program is one function, which every rank runs:
//
//	func main() {
//		err := mpi.Main(func(world *mpi.Comm) error {
//			sum := make([]int, 1)
//			if err := mpi.Allreduce(world, []int{world.Rank()}, sum, mpi.Sum); err != nil {
//				return err
//			}
//			fmt.Printf("rank %d of %d: the ranks add up to %d\n", world.Rank(), world.Size(), sum[0])
//			return nil
//		})
//		log.Fatal(err) // MPI could not be started
//	}
//
// Build it, and start four of it with the launcher of your MPI:
//
//	go build -o sum . && mpirun -n 4 ./sum
//
// # Messages
//
// What is sent and received are slices of numbers: every integer, floating-point and complex type,
// and types derived from them. The functions are generic, so they are functions of the package and
// take the communicator first. [Send], [Recv] and their like block; [Isend], [Irecv], [Ibcast] and
// others return a [Request] to wait for. [SendValue], [RecvValue], [BcastValue] and [GatherValue] carry any
// value that encoding/gob can. A [Vector] sends and receives what is not contiguous, such as a column.
//
// MPI messages carry no type. A message that is longer than the buffer ([ErrTruncate]) or no whole
// number of its elements ([ErrType]) is an error, but eight bytes sent as an int64 and received
// into a float64 are not noticed by any MPI library. RecvValue does notice.
//
// # In place
//
// A collective operation works in place when its two slices are laid out as MPI wants: the same
// slice twice for [Allreduce], [Reduce], [Scan], [Exscan] and [Alltoall]; this rank's own part of
// the long slice for [Gather], [Scatter], [Allgather] and their v-forms. Slices that overlap in
// any other way are refused with [ErrBuffer].
//
// # Errors
//
// Every call returns its error; none aborts the job, as MPI does by default. An [*Error] has the
// MPI error class, the same for all libraries, and errors.Is compares with it:
//
//	if errors.Is(err, mpi.ErrTruncate) { … }
//
// A function that returns an error, or panics, ends the whole job: Main prints the message with
// the rank and calls MPI_Abort, because the other ranks would wait for this one for ever.
//
// Operations that the standard does not define for the elements (bits of floating-point numbers, the
// order of complex ones), ranks and places that there are not, slices that do not fit: all that is refused
// here, since some libraries crash or never return.
//
// # Goroutines and threads
//
// MPI libraries know threads. Unless asked otherwise, Main wires the calling goroutine to its
// thread and starts MPI with [Funneled]: only that goroutine may call this package, and a call
// from any other returns [ErrThread]. With [Threads]([Serialized]) any goroutine may call, one at
// a time; a call made during another returns ErrThread. With Threads([Multiple]) any goroutine may
// call at any time. A [Comm] may be shared; a [Request] belongs to one goroutine at a time.
//
// A blocking call occupies its thread, and MPI libraries poll while they wait: it costs a core.
// With several ranks on a machine, set GOMAXPROCS per rank. Where the launcher has started more ranks on a
// machine than it has processors, a rank that waits lets others run between two looks: Open MPI does so
// when told, for MPICH this package polls itself. Three waits stay the library's: those of windows, the
// making of communicators, and collective operations unless all ranks run this program on one machine.
//
// # Other programs
//
// Some ranks of a job may be programs in C or Python, which know nothing of this package: what a function
// here calls in MPI is what its comment says, and no more. What SendValue, BcastValue and GatherValue send
// is Go's own; a program in another language cannot take part in that.
//
// # The process
//
// A rank is an ordinary Go process. So that it stays one, Main keeps MPI libraries from taking
// SIGSEGV, from changing the C library's code while it runs, and from handling signals on the stacks
// of goroutines. A library may handle signals of its own all the same (MPICH: SIGUSR1): call
// signal.Notify for it inside Main. To end the process by os.Exit looks like a crash to the launcher.
// Main ends it as os.Exit does, so that a rank's data race fails the job (-race) and its coverage is written
// (GOCOVERDIR); a rank that has failed, or was ended by another, writes none.
//
// # Buffers
//
// During a blocking call the buffer cannot be collected. A nonblocking call's buffer is pinned, and
// kept by the package until Wait or Test has reported the end, even if the program drops both the
// buffer and the Request; what a window's operation uses is kept until its epoch has ended. Until then the program must not write to a buffer that is being sent, nor
// look at one that is being received into.
package mpi
