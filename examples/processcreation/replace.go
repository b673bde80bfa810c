//go:build unix

package main

import (
	"os"
	"os/exec"
	"strconv"
	"syscall"

	"example.com/lockstep/examples/hello/lockstep"
)

// runReplace starts one child, which becomes another program half-way. The process stays: its
// pid, its parent, its open files. The program goes: memory, threads, deferred calls.
func runReplace(f *lockstep.Flags) {
	f.Parse()
	child, err := lockstep.Start("child", "replace-child")
	lockstep.Check(err)
	lockstep.Check(child.Wait())
	lockstep.Say("one child was started, and one has ended: %v", child.Cmd.ProcessState)
}

func replaceChild(lockstep.Args) {
	defer lockstep.Say("never printed: the program that deferred it is gone")
	lockstep.Say("is pid %d", os.Getpid())
	pid := strconv.Itoa(os.Getpid())
	lockstep.Check(become("sh", "-c", `test $$ = $0 && echo "[child] is a shell now, and still pid $$"`, pid))
}

// become replaces the program in this process by another one. It returns only if that failed.
func become(name string, args ...string) error {
	path, err := exec.LookPath(name)
	if err != nil {
		return err
	}
	return os.NewSyscallError("exec", syscall.Exec(path, append([]string{name}, args...), os.Environ()))
}
