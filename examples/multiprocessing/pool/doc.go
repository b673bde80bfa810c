// Package pool runs typed functions in worker processes, and survives the death of any of them.
//
// A function is registered by name in a package's variable; main calls [Serve] first, which takes
// over in a worker and returns in the program:
//
//	var square = pool.Func("square", func(ctx context.Context, n int) (int, error) { return n * n, nil })
//
//	func main() {
//		pool.Serve()
//		p, err := pool.New(ctx)
//		…
//		defer p.Close()
//		for sq, err := range square.Map(ctx, p, slices.Values(numbers)) { … }
//	}
//
// A worker is this program, started again: on Linux from the same file, even if another has taken its
// name or it has been removed; elsewhere from the file of that name, which must not have changed
// ([ErrReplaced]). Goroutines are cheaper for nearly everything; processes
// are for work that may crash, leak, exceed a limit, change what belongs to the process, or must
// be stopped although it does not cooperate.
//
// # Guarantees
//
//   - Every task is answered once: with a result or with a [*TaskError] that wraps what happened.
//     Nothing waits for ever for a process that is dead.
//   - A task is run at most once. If its worker dies while it runs, it is answered with a
//     [*CrashError]; with [Retry] it is run again that many times, and then given up. A task that has
//     not begun when its worker dies is run by another. The answer of a task that has ended is
//     not lost with its worker.
//   - An answer means that it is over: a cancelled task is answered when it no longer runs. It has
//     a grace to end by its context, then its worker gets SIGTERM, and after another grace SIGKILL.
//   - A worker that dies is replaced; at once if it had begun a task, and else after a delay that
//     doubles from 10 ms to 1 s. If none is alive and five in a row could not be started, or died
//     before they had begun one of the tasks there were, the pool has failed: all tasks are
//     answered with a [*StartError].
//   - If the program dies, of whatever, its workers end at once, and so (but not on Windows) does what
//     their tasks have started, unless it has left the worker's process group.
//   - Memory is bounded: in frames, by [MaxSize]; in the queue; in what Map has taken and not yielded,
//     which is at most 16,384 inputs, and 64 MiB of arguments and results. A result that is still to
//     come counts as large as the last ones were, but two for each worker may always be under way.
//   - A value arrives as it was sent, or its type is refused when the function is registered ([Auto]).
//
// Without the recorder (see below; so on Windows) a worker that is killed between two tasks may
// make a task that was about to begin look as if it had: it is answered with a CrashError.
//
// # The terminal
//
// A worker has no terminal: it leads a session of its own, and its standard input is empty. What a task
// prints appears; what asks at the terminal is told that there is none, unless a task has itself opened
// a terminal's device. The terminal's signals reach the program alone. Ctrl-C ends it, and thereby its
// workers; Ctrl-Z stops it, while its workers go on with the tasks they have. A worker that gets a
// SIGSTOP all the same is one whose task takes long: [TimeLimit], the end of the task's context, or
// Close ends it. (Windows has no sessions; there it has a process group.)
//
// # Concurrency
//
// All methods may be called by several goroutines at once. A worker runs one task at a time, so
// a function needs no locks for what belongs to its process. Tasks of one caller begin in the order
// they were given, more or less: workers do not wait for each other, and idle ones take tasks from
// busy ones. There is one queue: a Call waits behind what a Map has put there, up to 8192 tasks; what
// must not wait has a pool of its own. Codecs are called by several goroutines at once. The inputs
// of a Map are taken in a goroutine of their own. Close is called once no more tasks are to be given.
//
// # Protocol
//
// A worker has a pipe for tasks and a pipe for answers, of its own: no lock is shared, so none can
// be held by a dead process. Standard input, output and error are not used for it; tasks may
// print. On both pipes travel frames: a length of 4 bytes, which is checked against a limit before
// anything is allocated, a kind, a task's id, and a payload. See frame.go.
//
// A Map's short tasks travel together, up to 1024 tasks or 16 KiB in a frame. That saves what a task
// costs on its way, and binds none to the others: the worker runs one after the other, answers each
// when it has ended, and gives back those it has not begun. None waits for company while a worker
// has nothing to do, and what takes milliseconds or has a large argument travels alone.
//
// The pool gives a worker as many tasks as its window has room for, and an answer makes room for
// another: this is the credit that keeps queues short. The window adapts to how long tasks take
// ([Window] fixes it). A task alone is sent at once; many share a write. So do answers, which at
// the same time lie in the recorder: memory the worker shares with the pool (memfd on Linux), which
// outlives the worker, so that no write per task is needed to make sure of them. Where there is no such
// memory, a worker does write after every task.
//
// The pool always reads. A worker that cannot get rid of an answer waits for the pool, but the
// pool's receiver waits for nobody: they cannot wait for each other.
package pool
