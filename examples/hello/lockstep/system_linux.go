package lockstep

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// create returns a new file in memory, which never has a name.
func create(flag int) (*os.File, func() (*os.File, error), func() error, error) {
	fd, err := unix.MemfdCreate("lockstep", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, nil, nil, os.NewSyscallError("memfd_create", err)
	}
	f := os.NewFile(uintptr(fd), "unnamed file")
	if flag&os.O_APPEND != 0 {
		if _, err := unix.FcntlInt(uintptr(fd), unix.F_SETFL, unix.O_APPEND); err != nil {
			f.Close()
			return nil, nil, nil, os.NewSyscallError("fcntl", err)
		}
	}
	again := func() (*os.File, error) { return os.OpenFile(fmt.Sprintf("/proc/self/fd/%d", fd), os.O_RDWR|flag, 0) }
	return f, again, func() error { return nil }, nil
}

// executable returns a path of the program that runs in this process. If its file was replaced or
// removed since, that is not the path it was started by: a child must not be another program.
func executable() (string, error) {
	path, err := os.Executable()
	if err != nil {
		return "", err
	}
	const running = "/proc/self/exe"
	ours, err := os.Stat(running)
	if err != nil {
		return "", err
	}
	if now, err := os.Stat(path); err != nil || !os.SameFile(now, ours) {
		return running, nil
	}
	return path, nil
}
