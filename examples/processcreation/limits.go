//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"example.com/lockstep/examples/hello/lockstep"
)

// runLimits starts a program that may have few files open. Go has no field for limits: the child
// sets them on itself, then becomes the program they are meant for, which inherits them.
func runLimits(f *lockstep.Flags) {
	files := f.Number("files", 32, 16, 1024, "the child's limit on open files")
	f.Parse()
	var before, after syscall.Rlimit
	lockstep.Check(syscall.Getrlimit(syscall.RLIMIT_NOFILE, &before))
	child, err := lockstep.Start("child", "limits-child", *files)
	lockstep.Check(err)
	lockstep.Check(child.Wait())
	lockstep.Check(syscall.Getrlimit(syscall.RLIMIT_NOFILE, &after))
	lockstep.Say("the parent's own limit is what it was: %t", before == after)
}

// limitsChild is the step between.
func limitsChild(args lockstep.Args) {
	lockstep.Say("limits itself, then becomes a shell")
	lockstep.Check(limitFiles(args[0]))
	shell, err := exec.LookPath("sh")
	lockstep.Check(err)
	lockstep.Check(syscall.Exec(shell, []string{"sh", "-c", "echo [child] may have $(ulimit -n) open files"}, os.Environ()))
}

// limitFiles sets how many files this process may have open, and the program that it becomes.
// Other limits, if they were raised by the Go runtime, Exec would set back.
func limitFiles(n string) error {
	var limit syscall.Rlimit
	if _, err := fmt.Sscan(n, &limit.Cur); err != nil { // its type is not the same on all systems
		return err
	}
	limit.Max = limit.Cur // the hard limit too, or the program may raise the soft one again
	return os.NewSyscallError("setrlimit", syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit))
}
