package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// runFork forks as C and Python do. The child has a copy of all memory, and so of every
// goroutine, but only of the one thread that called. What needs another thread waits forever.
func runFork(args []string) error {
	if err := parse(newFlags("fork"), args); err != nil {
		return err
	}
	// With one processor the child's runtime has no reason to make new threads.
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	question, answer := startOracle()
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	defer r.Close()
	parent := os.Getpid()
	// NOTE: incorrect: the copy of the runtime believes in threads that were not copied.
	pid, _, errno := syscall.RawSyscall(unix.SYS_CLONE, uintptr(unix.SIGCHLD), 0, 0)
	if errno != 0 {
		return errors.Join(fmt.Errorf("fork: %w", errno), w.Close())
	}
	if pid == 0 {
		forkedChild(parent, w, question, answer)
	}
	w.Close()
	child, err := os.FindProcess(int(pid))
	if err != nil {
		return err
	}
	defer child.Wait()
	defer child.Kill()
	r.SetReadDeadline(time.Now().Add(patience))
	if _, err := io.ReadFull(r, make([]byte, 1)); err != nil {
		return fmt.Errorf("the child did not come so far: %w", err)
	}
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return err
	}
	question <- 6
	say("the parent has more than one: %t; its goroutine answers %d", len(threads) > 1, <-answer)
	if err := awaitState(int(pid), 'S', patience); err != nil {
		return err
	}
	say("the child asked too: it sleeps, and there is nobody to wake it")
	return nil
}

// startOracle starts a goroutine that stays on a thread of its own.
func startOracle() (question, answer chan int) {
	question, answer = make(chan int), make(chan int)
	ready := make(chan bool)
	go func() {
		runtime.LockOSThread()
		close(ready)
		for n := range question {
			answer <- n * 7
		}
	}()
	<-ready
	return question, answer
}

func forkedChild(parent int, w *os.File, question, answer chan int) {
	unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL), 0, 0, 0)
	if os.Getppid() != parent {
		os.Exit(1) // it died before the line above
	}
	if threads, err := os.ReadDir("/proc/self/task"); err == nil {
		say("[fork] has %d thread", len(threads))
	}
	w.Write([]byte{1})
	question <- 6 // its goroutine is here, its thread is not
	say("[fork] the goroutine answers %d", <-answer)
	os.Exit(0)
}
