//go:build unix

package lockstep

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
)

// inherit makes cmd's process inherit the files, and returns the numbers that they have in it.
func inherit(cmd *exec.Cmd, files []*os.File) (numbers []int, err error) {
	for i := range files {
		numbers = append(numbers, 3+len(cmd.ExtraFiles)+i)
	}
	cmd.ExtraFiles = append(cmd.ExtraFiles, files...)
	return numbers, nil
}

// keep keeps an inherited file from the programs that this process starts. They would hold it open
// without knowing of it, and a pipe has no end as long as anybody holds it open.
func keep(number int) { syscall.CloseOnExec(number) }

// lifeline returns standard input in a form that lets the runtime wait for it. A read that blocks
// would keep the only processor of a process with GOMAXPROCS=1 for some milliseconds.
func lifeline() *os.File {
	if err := syscall.SetNonblock(0, true); err != nil {
		return os.Stdin
	}
	return os.NewFile(0, "the parent's orders")
}

// readerGone tells whether a process has ended since nobody reads its output any more. For this process
// itself there is nothing to tell: the kernel ends it.
func readerGone(err error) bool {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return false
	}
	if exit.ExitCode() == exitSilent {
		return true
	}
	status, ok := exit.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGPIPE
}
