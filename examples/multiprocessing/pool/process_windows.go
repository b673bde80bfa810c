package pool

import (
	"os"
	"os/exec"
	"syscall"
)

// passFiles makes cmd inherit the files, and returns the numbers they have in the child.
// os.Pipe's handles can be inherited; which of them are is listed for each process.
func passFiles(cmd *exec.Cmd, files []*os.File) []uintptr {
	attr := &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
	var numbers []uintptr
	for _, f := range files {
		numbers = append(numbers, f.Fd())
		attr.AdditionalInheritedHandles = append(attr.AdditionalInheritedHandles, syscall.Handle(f.Fd()))
	}
	cmd.SysProcAttr = attr
	return numbers
}

func inherited(handle uintptr) *os.File {
	syscall.SetHandleInformation(syscall.Handle(handle), syscall.HANDLE_FLAG_INHERIT, 0)
	return os.NewFile(handle, "pool")
}

// There is no signal that asks a process to end.
func terminate(p *os.Process) { p.Kill() }
func kill(p *os.Process)      { p.Kill() }

func dieWithGroup() { os.Exit(1) }
