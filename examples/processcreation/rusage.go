//go:build unix

package main

import (
	"fmt"
	"os"
	"runtime"
	"syscall"
	"time"

	"example.com/lockstep/examples/hello/lockstep"
)

// runRusage starts a child that uses memory and processor time, and reads the bill. It comes with
// the exit status: before Wait there is none.
func runRusage(f *lockstep.Flags) {
	mib := f.Number("mib", 64, 1, 1024, "memory that the child writes to, in MiB")
	f.Parse()
	child, err := lockstep.Start("child", "rusage-child", *mib)
	lockstep.Check(err)
	lockstep.Check(child.Wait())
	state := child.Cmd.ProcessState
	peak, err := peakMemory(state)
	lockstep.Check(err)
	lockstep.Say("processor time: %v user, %v system", state.UserTime(), state.SystemTime())
	lockstep.Say("peak memory: %d MiB, so at least the child's %d: %t", peak>>20, *mib, peak>>20 >= int64(*mib))
	busy := state.UserTime() + state.SystemTime()
	lockstep.Say("together 20 ms or more, as the child meant to take: %t", busy >= 20*time.Millisecond)
}

// peakMemory returns the most memory that an ended process has had at once, in bytes.
func peakMemory(state *os.ProcessState) (int64, error) {
	usage, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0, fmt.Errorf("resource usage: unexpected type %T", state.SysUsage())
	}
	if runtime.GOOS == "darwin" {
		return int64(usage.Maxrss), nil // bytes there, KiB elsewhere
	}
	return int64(usage.Maxrss) * 1024, nil
}

func rusageChild(args lockstep.Args) {
	memory := make([]byte, args.Int(0)<<20)
	// The child works until it has been charged: a measure of work, not of time passed.
	var used syscall.Rusage
	for time.Duration(used.Utime.Nano()+used.Stime.Nano()) < 20*time.Millisecond {
		for i := 0; i < len(memory); i += 1024 {
			memory[i]++
		}
		lockstep.Check(syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	}
	runtime.KeepAlive(memory)
}
