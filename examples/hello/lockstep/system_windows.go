package lockstep

import (
	"errors"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/windows"
)

// inherit makes cmd's process inherit the files, and returns the numbers that they have in it: a
// handle has the same number in both.
func inherit(cmd *exec.Cmd, files []*os.File) (numbers []int, err error) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = new(syscall.SysProcAttr)
	}
	for _, f := range files {
		h := windows.Handle(f.Fd())
		if err := windows.SetHandleInformation(h, windows.HANDLE_FLAG_INHERIT, windows.HANDLE_FLAG_INHERIT); err != nil {
			return nil, os.NewSyscallError("SetHandleInformation", err)
		}
		cmd.SysProcAttr.AdditionalInheritedHandles = append(cmd.SysProcAttr.AdditionalInheritedHandles, syscall.Handle(h))
		numbers = append(numbers, int(h))
	}
	return numbers, nil
}

// keep keeps an inherited file from the programs that this process starts.
func keep(number int) {
	windows.SetHandleInformation(windows.Handle(number), windows.HANDLE_FLAG_INHERIT, 0)
}

func lifeline() *os.File { return os.Stdin }

// readerGone tells whether a process could not write since nobody reads its output any more.
func readerGone(err error) bool {
	return errors.Is(err, windows.ERROR_BROKEN_PIPE) || errors.Is(err, windows.ERROR_NO_DATA)
}
