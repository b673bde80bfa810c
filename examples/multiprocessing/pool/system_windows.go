package pool

import (
	"errors"
	"os"
	"os/exec"
	"sync/atomic"
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

// There is no recorder here: a worker writes every answer before it starts the next task.
type recorder struct {
	running *atomic.Uint64
	data    []byte
}

var errNoRecorder = errors.New("no recorder on this system")

func newRecorder() (*recorder, *os.File, error)  { return nil, nil, errNoRecorder }
func openRecorder(f *os.File) (*recorder, error) { return nil, errNoRecorder }
func (r *recorder) note(open, n int)             {}
func (r *recorder) recovered() []byte            { return nil }
func (r *recorder) close()                       {}
