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

// create returns a new temporary file, which Windows removes when the last process closes it.
func create(flag int) (f *os.File, again func() (*os.File, error), forget func() error, err error) {
	empty, err := os.CreateTemp("", "lockstep")
	if err != nil {
		return nil, nil, nil, err
	}
	path, err := windows.UTF16PtrFromString(empty.Name())
	empty.Close()
	again = func() (*os.File, error) {
		access := uint32(windows.GENERIC_READ | windows.GENERIC_WRITE)
		if flag&os.O_APPEND != 0 {
			access = windows.FILE_APPEND_DATA | windows.GENERIC_READ | windows.SYNCHRONIZE
		}
		h, err := windows.CreateFile(path, access|windows.DELETE,
			windows.FILE_SHARE_READ|windows.FILE_SHARE_WRITE|windows.FILE_SHARE_DELETE, nil, windows.OPEN_EXISTING,
			windows.FILE_ATTRIBUTE_TEMPORARY|windows.FILE_FLAG_DELETE_ON_CLOSE, 0)
		if err != nil {
			return nil, os.NewSyscallError("CreateFile", err)
		}
		return os.NewFile(uintptr(h), empty.Name()), nil
	}
	if err == nil {
		f, err = again()
	}
	if err != nil {
		os.Remove(empty.Name())
		return nil, nil, nil, err
	}
	return f, again, func() error { return nil }, nil
}

func executable() (string, error) { return os.Executable() }
