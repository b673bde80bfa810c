//go:build unix && !aix

package ledger

import (
	"os"

	"golang.org/x/sys/unix"
)

// lock waits until this open file has the lock on its file, and returns what unlocks it. The kernel
// keeps the lock for the open file: it is free when the last process that has it open dies.
func lock(f File) (unlock func(), err error) {
	fd := int(f.Fd())
	for {
		err := unix.Flock(fd, unix.LOCK_EX)
		if err == nil {
			// Unlocking cannot fail for a file that is open, and closing it unlocks it too.
			return func() { unix.Flock(fd, unix.LOCK_UN) }, nil
		}
		if err != unix.EINTR { // a signal came, for example one the Go runtime has sent itself
			return nil, os.NewSyscallError("flock", err)
		}
	}
}

// mapFile maps the first size bytes of a file into memory. What one process writes there, all
// processes see that have mapped the file.
func mapFile(f *os.File, size int) (memory []byte, unmap func() error, err error) {
	memory, err = unix.Mmap(int(f.Fd()), 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return nil, nil, os.NewSyscallError("mmap", err)
	}
	return memory, func() error { return os.NewSyscallError("munmap", unix.Munmap(memory)) }, nil
}
