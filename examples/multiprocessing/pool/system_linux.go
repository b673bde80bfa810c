package pool

import (
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// samePath is a path to the file this process was started from, whatever its name is by now, and even
// if it has none any more. There may be no /proc.
func samePath() (string, bool) {
	const path = "/proc/self/exe"
	_, err := os.Stat(path)
	return path, err == nil
}

// nameProcess gives the process the name it would have if it had been started by its file's. It is
// what ps and top show.
func nameProcess() {
	os.WriteFile("/proc/self/comm", []byte(filepath.Base(os.Args[0])), 0) // if it fails, the name is exe
}

// anonymousFile returns a file that has no name anywhere: it is gone with its last user.
func anonymousFile(name string) (*os.File, error) {
	fd, err := unix.MemfdCreate(name, unix.MFD_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("memfd_create", err)
	}
	return os.NewFile(uintptr(fd), name), nil
}
