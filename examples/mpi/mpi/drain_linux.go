package mpi

import (
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// drain waits until the launcher has read what this process has written, for five seconds at most:
// MPICH's launcher drops what is still in the pipes when a rank aborts the job.
func drain() {
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Microsecond) {
		waiting := 0
		for _, f := range []*os.File{os.Stdout, os.Stderr} {
			if info, err := f.Stat(); err != nil || info.Mode()&os.ModeNamedPipe == 0 {
				continue
			}
			n, err := unix.IoctlGetInt(int(f.Fd()), unix.TIOCINQ)
			if err == nil {
				waiting += n
			}
		}
		if waiting == 0 {
			return
		}
	}
}
