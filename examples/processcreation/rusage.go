//go:build unix

package main

import (
	"fmt"
	"runtime"
	"strconv"
	"syscall"
	"time"
)

// maxMiB bounds the memory that the child is asked to write to.
const maxMiB = 1024

// runRusage starts a child that uses memory and processor time, and reads the bill. It comes with
// the exit status: before Wait there is none.
func runRusage(args []string) error {
	fs := newFlags("rusage")
	mib := intFlag(fs, "mib", 64, 1, maxMiB, "memory that the child writes to, in MiB")
	if err := parse(fs, args); err != nil {
		return err
	}
	child := self("rusage-child", fmt.Sprint(*mib))
	if err := child.Run(); err != nil {
		return fmt.Errorf("child: %w", err)
	}
	state := child.ProcessState
	usage, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return fmt.Errorf("resource usage: unexpected type %T", state.SysUsage())
	}
	peak := usage.Maxrss // the largest resident set, in KiB, but in bytes on macOS
	if runtime.GOOS != "darwin" {
		peak *= 1024
	}
	say("processor time: %v user, %v system", state.UserTime(), state.SystemTime())
	say("peak memory: %d MiB, so at least the child's %d: %t", peak>>20, *mib, peak>>20 >= int64(*mib))
	busy := state.UserTime() + state.SystemTime()
	say("together 20 ms or more, as the child meant to take: %t", busy >= 20*time.Millisecond)
	return nil
}

func rusageChild(args []string) error {
	mib, err := strconv.Atoi(args[0])
	if err != nil || mib < 1 || mib > maxMiB {
		return usagef("%q MiB: want a whole number from 1 to %d", args[0], maxMiB)
	}
	memory := make([]byte, mib<<20)
	// The child works until it has been charged: a measure of work, not of time passed.
	var used syscall.Rusage
	for time.Duration(used.Utime.Nano()+used.Stime.Nano()) < 20*time.Millisecond {
		for i := 0; i < len(memory); i += 1024 {
			memory[i]++
		}
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
			return err
		}
	}
	runtime.KeepAlive(memory)
	return nil
}
