//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"example.com/lockstep/examples/hello/lockstep"
)

// runReplace starts one child, which limits itself and then becomes another program. The process
// stays: its pid, its parent, its open files, its limits. The program goes: memory, threads,
// deferred calls. Go has no field for a child's limits: this step between is the way to set them.
func runReplace(f *lockstep.Flags) {
	files := f.Number("files", 32, 16, 1024, "the child's limit on open files")
	f.Parse()
	child, err := lockstep.Start("child", "replace-child", *files)
	lockstep.Check(err)
	lockstep.Check(child.Wait())
	lockstep.Say("one child was started, and one has ended: %v", child.Cmd.ProcessState)
}

func replaceChild(args lockstep.Args) {
	defer lockstep.Say("never printed: the program that deferred it is gone")
	lockstep.Say("is pid %d", os.Getpid())
	lockstep.Check(limitFiles(args[0]))
	lockstep.Check(become("sh", "-c", `echo "[child] is a shell now, pid $$, and may have $(ulimit -n) files open"`))
}

// become replaces the program in this process by another one. It returns only if that failed.
func become(name string, args ...string) error {
	path, err := exec.LookPath(name)
	if err != nil {
		return err
	}
	return os.NewSyscallError("exec", syscall.Exec(path, append([]string{name}, args...), os.Environ()))
}

// limitFiles sets how many files this process may have open, and the program that it becomes.
func limitFiles(n string) error {
	var limit syscall.Rlimit
	if _, err := fmt.Sscan(n, &limit.Cur); err != nil { // its type is not the same on all systems
		return err
	}
	limit.Max = limit.Cur // the hard limit too, or the program may raise the soft one again
	return os.NewSyscallError("setrlimit", syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit))
}
