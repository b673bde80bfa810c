// Package psync has locks that work between processes: Mutex, RWMutex, Semaphore, Barrier, Cond,
// Event and Once, in memory that the processes share, and that survive the death of who holds them.
//
//	mem, err := unix.Mmap(fd, 0, 4096, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
//	…
//	m, err := psync.OpenMutex(mem[:psync.MutexSize])
//	…
//	err = m.Lock()
//	if errors.Is(err, psync.ErrOwnerDied) {
//		err = m.LockRepair(ctx, repair)
//	}
//	if err != nil {
//		return err
//	}
//	defer m.Unlock()
//
// The memory is the caller's: a memfd, a file, whatever can be mapped shared. Where it is zero,
// every primitive is ready to use, so nobody has to come first: each process opens what it needs.
// Each is checked when it is opened; a *LayoutError says what is wrong with memory that is
// something else, or too small, or from before the last boot.
//
// It needs Linux and a /proc of the processes' own pid namespace. On other systems everything
// returns ErrUnsupported. Each process keeps one descriptor open, in order to have one when it looks
// for the dead.
//
// # The rules
//
// Owner is the process, not the goroutine, and not the thread: any goroutine of the process that
// locked may unlock, as with sync.Mutex; another process gets ErrNotOwner. No goroutine has to
// keep to a thread. Open a primitive once in a process and share the handle between goroutines:
// of those that wait, one sleeps in the kernel and the others cost no thread. Only a Barrier's
// handle is for one goroutine. Nothing is recursive.
//
// A process started by os/exec holds nothing of its parent's. One that replaces itself by
// syscall.Exec stays what it was, pid and start time included: its locks are its own until it
// ends. A stopped process (SIGSTOP) is alive and is waited for. Don't unmap what is in use, and
// don't truncate the file under it.
//
// Without anybody to wait for, nothing makes a system call. There is no fairness: who comes while
// a lock is free takes it, past those who are being woken. It is the choice of throughput; the
// benchmark Contended measures its price: the longest wait, and the share of the luckiest. Readers
// don't starve a writer: they queue behind it.
//
// The race detector is told what these locks order between goroutines. Between processes it sees
// nothing.
//
// # When the owner dies
//
// Until the lock is repaired, Lock returns ErrOwnerDied, to everybody: a process ended inside, by
// SIGKILL or by returning from main, and what it was writing may be half written. LockRepair takes
// the lock, has it repaired, and goes on; if the repair fails or dies as well, nothing has changed
// for the others. A Semaphore's permits and a reader's lock return by themselves, since those who
// hold them guard no data; a Barrier reports the death of a party that had not arrived; Once.Do
// tells the next caller that an earlier one died.
//
// It is tempting to return ErrOwnerDied with the lock held, as pthread_mutex_lock does with
// EOWNERDEAD. But in Go an error is returned with `if err != nil { return err }`, and that would
// leave the lock locked by the living, for good. So here an error from a lock means: not locked.
//
// # Why it is safe
//
// A lock's whole state is one 64-bit word: the owner's pid and start time, a bit for sleepers, a
// bit for suspect. One compare-and-swap takes the lock and names the owner, so that a process may
// be killed before it or after it, and never between the two. (With a 32-bit word the start time
// would have to be written later: a lock whose owner died in between could not be told from one
// whose pid has been reused.) The pid alone is no name. Pid and start time are: for the same pair
// to return, all pids would have to be used up within a tick of 10 ms (or somebody with the right
// to do so has to choose the next pid, by ns_last_pid, as quickly).
//
// Nobody is told of a death. A sleeper relies on being woken for 100 ms at most, then it looks
// for itself, and so does one whose context ends sooner: kill, with signal 0, fails if no process has
// the pid; /proc/<pid>/stat has another start time if it was reused, and the state Z if the process
// has ended and is not waited for yet. (Where /proc hides the processes of other users, a pidfd shows
// that one has ended. That its pid was reused is not seen there.) In doubt the owner lives: waiting
// costs time, entering beside it would cost the data. Then a compare-and-swap with all of the word
// that was looked at makes it free and suspect. If anything has happened meanwhile, it fails, and the
// new owner is safe.
//
// The same 100 ms repair a lost wake-up: an owner that is killed after it freed the lock and
// before it woke anybody, and a sleeper that is killed by the time it is woken. So each death costs
// the others at most that long.
//
// It is tempting to use the kernel's robust list instead, which wakes a waiter as soon as the
// owner's thread ends. That list belongs to a thread: every holder would have to keep to one by
// runtime.LockOSThread, its end would drop the lock though the process lives, and the list's
// head, of which a thread has one, is the C library's as soon as cgo is there.
//
// Sleeping is FUTEX_WAIT: the kernel compares the word and puts the thread to sleep in one step,
// so that a change in between is not missed. It is called by Syscall6, which tells Go's scheduler
// that the thread blocks. RawSyscall6 does not, and the garbage collector would wait for the lock.
//
// Each interleaving of three processes with up to two deaths is checked with the model checker
// spin, and so is how the others sleep, with one death: the models are mutex.pml and
// eventcount.pml in testdata/synchronization, TestModel runs them. TestKilledAnywhere kills a real
// process at each step, TestStress at any moment.
package psync
