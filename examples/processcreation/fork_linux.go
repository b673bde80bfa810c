package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"example.com/lockstep/examples/hello/lockstep"
)

// runFork forks as C and Python do. The child has a copy of all memory, and so of every
// goroutine, but only of the one thread that called. What needs another thread waits forever.
func runFork(f *lockstep.Flags) {
	f.Parse()
	runtime.GOMAXPROCS(1) // so that the child's runtime has no reason to make new threads
	question, answer, ready := make(chan int), make(chan int), make(chan bool)
	go func() {
		runtime.LockOSThread() // it has a thread of its own, which the fork does not copy
		close(ready)
		answer <- <-question * 7
	}()
	<-ready
	r, w, err := os.Pipe()
	lockstep.Check(err)
	parent := os.Getpid()
	// NOTE: incorrect: the copy of the runtime believes in threads that were not copied.
	pid, _, errno := syscall.RawSyscall(unix.SYS_CLONE, uintptr(unix.SIGCHLD), 0, 0)
	if errno != 0 {
		lockstep.Check(os.NewSyscallError("fork", errno))
	}
	if pid == 0 {
		forkedChild(parent, w, question, answer)
	}
	lockstep.Check(w.Close())
	count, err := io.ReadAll(r) // until the child has closed its end, and is about to ask
	lockstep.Check(err)
	lockstep.Say("the child's threads: %s", count)
	threads, err := os.ReadDir("/proc/self/task")
	lockstep.Check(err)
	question <- 6
	lockstep.Say("the parent has more: %t; its goroutine answers %d", len(threads) > 1, <-answer)
	lockstep.Check(awaitSleep(int(pid)))
	lockstep.Say("the child asked too: it sleeps, and there is nobody to wake it")
}

func forkedChild(parent int, w *os.File, question, answer chan int) {
	unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL), 0, 0, 0) // it ends with its parent
	if os.Getppid() != parent {
		os.Exit(1) // the parent has ended already
	}
	threads, _ := os.ReadDir("/proc/self/task")
	fmt.Fprint(w, len(threads))
	w.Close()
	question <- 6 // its goroutine is here, its thread is not
	lockstep.Say("the forked child gets the answer %d", <-answer)
	os.Exit(0)
}

// awaitSleep waits until the process sleeps, as the kernel sees it.
func awaitSleep(pid int) error {
	for range 20_000 {
		state, err := status(pid, "State")
		if err != nil || strings.HasPrefix(state, "S") {
			return err
		}
		time.Sleep(time.Millisecond)
	}
	return fmt.Errorf("process %d does not sleep", pid)
}
