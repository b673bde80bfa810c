package mpi

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// launchers are the programs that start ranks, on the machine where mpirun was called and on others.
var launchers = []string{"orterun", "orted", "prterun", "prted", "prte",
	"mpirun", "mpiexec", "mpirun.openmpi", "mpiexec.hydra", "mpirun.mpich", "mpiexec.mpich", "hydra_pmi_proxy"}

// launcherFile returns the file of the launcher among the processes that led to this one, or nothing.
func launcherFile() string {
	pid := os.Getppid()
	for range 16 { // with a shell or two in between
		file, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid))
		if err != nil {
			return ""
		}
		if slices.Contains(launchers, filepath.Base(file)) {
			return file
		}
		if pid = parentOf(pid); pid <= 1 {
			return ""
		}
	}
	return ""
}

// parentOf returns the parent of a process, 0 if there is none to be seen.
func parentOf(pid int) int {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	// The program's name, in parentheses, may contain anything.
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	if len(fields) < 2 {
		return 0
	}
	parent, _ := strconv.Atoi(fields[1])
	return parent
}

// siblings returns how many processes this one's parent has started that run the same program.
func siblings() int {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	self, err := os.Stat("/proc/self/exe")
	if err != nil {
		return 0
	}
	n := 0
	for _, stat := range stats {
		dir := filepath.Dir(stat)
		pid, err := strconv.Atoi(filepath.Base(dir))
		if err != nil || parentOf(pid) != os.Getppid() {
			continue
		}
		if exe, err := os.Stat(filepath.Join(dir, "exe")); err == nil && os.SameFile(self, exe) {
			n++
		}
	}
	return n
}

// drain waits until what was written to the pipes among files has been read: MPICH's launcher drops
// what it has not read when a rank aborts the job. It gives up after a time, and returns how many
// bytes are left then.
func drain(patience time.Duration, files ...*os.File) (left int) {
	for end := time.Now().Add(patience); ; time.Sleep(100 * time.Microsecond) {
		left = 0
		for _, f := range files {
			left += unread(f)
		}
		if left == 0 || time.Now().After(end) {
			return left
		}
	}
}

// unread returns how many bytes wait in a pipe. What nobody can read any more does not wait.
func unread(f *os.File) int {
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeNamedPipe == 0 {
		return 0
	}
	ends := []unix.PollFd{{Fd: int32(f.Fd())}}
	if _, err := unix.Poll(ends, 0); err == nil && ends[0].Revents&unix.POLLERR != 0 {
		return 0
	}
	n, err := unix.IoctlGetInt(int(f.Fd()), unix.TIOCINQ)
	if err != nil {
		return 0
	}
	return n
}

// populate has the kernel provide the memory of n bytes at p, and says if there is none left.
func populate(p unsafe.Pointer, n int) error {
	before := uintptr(p) % uintptr(os.Getpagesize())
	pages := unsafe.Slice((*byte)(unsafe.Add(p, -int(before))), n+int(before))
	err := unix.Madvise(pages, unix.MADV_POPULATE_WRITE)
	switch {
	case errors.Is(err, unix.EFAULT):
		return errors.New("there is not so much shared memory: see df /dev/shm")
	case errors.Is(err, unix.ENOMEM):
		return errors.New("there is not so much memory")
	}
	return nil // before Linux 5.14 it cannot be asked
}
