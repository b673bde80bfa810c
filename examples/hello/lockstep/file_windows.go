package lockstep

import (
	"os"

	"golang.org/x/sys/windows"
)

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
