//go:build unix

package pool

import (
	"os"
	"os/exec"
	"syscall"
)

// A worker is the leader of a session of its own, and so of a process group. It has no terminal: none
// can stop it because it prints or a task asks there, and Ctrl-C reaches the program and not its
// workers. A leader cannot leave its group, so a worker ends together with what its tasks have
// started.

// passFiles makes cmd inherit the files, and returns the numbers they have in the child.
func passFiles(cmd *exec.Cmd, files []*os.File) []uintptr {
	var numbers []uintptr
	for _, f := range files {
		numbers = append(numbers, uintptr(3+len(cmd.ExtraFiles)))
		cmd.ExtraFiles = append(cmd.ExtraFiles, f)
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	return numbers
}

// inherited opens a descriptor the process was started with. Nothing this process starts gets it:
// a copy in another process would hide this one's death.
func inherited(fd uintptr) *os.File {
	syscall.CloseOnExec(int(fd))
	syscall.SetNonblock(int(fd), true) // so that a read that waits holds no thread
	return os.NewFile(fd, "pool")
}

// Both are called before the process is waited for: until then its number, which is its group's
// too, belongs to nobody else.
func terminate(p *os.Process) { syscall.Kill(-p.Pid, syscall.SIGTERM) }
func kill(p *os.Process)      { syscall.Kill(-p.Pid, syscall.SIGKILL) }

// dieWithGroup ends this worker, and what it has started, with it.
func dieWithGroup() {
	if syscall.Getpgrp() == syscall.Getpid() {
		syscall.Kill(0, syscall.SIGKILL)
	}
	os.Exit(1)
}
