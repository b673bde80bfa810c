package psync

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"os"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// A process has a name, its pid and start time, and a domain, which says where such names can be
// compared: within one boot, one pid namespace and one time namespace (the start time is shown
// relative to the reader's).
type process struct {
	id     uint64
	domain uint32
}

var self = struct {
	sync.Mutex
	process
	spare int // a descriptor that is kept to be given up; -1: none
}{spare: -1}

// identity says who this process is. What it found out it keeps, but no error: the next caller may
// have the descriptor that this one lacked.
func identity() (process, error) {
	self.Lock()
	defer self.Unlock()
	if self.id == 0 {
		var err error
		if self.process, err = identify(); err != nil {
			return process{}, err
		}
	}
	if self.spare < 0 {
		keepSpare()
	}
	return self.process, nil
}

func identify() (process, error) {
	id, _, err := readStat("self")
	if err != nil {
		return process{}, fmt.Errorf("psync: cannot tell who I am: %w", err)
	}
	if int(id&pidBits) != os.Getpid() {
		return process{}, fmt.Errorf("psync: cannot tell who I am: /proc is of another pid namespace")
	}
	h := fnv.New32a()
	boot, err := readProc("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return process{}, fmt.Errorf("psync: cannot tell which boot this is: %w", err)
	}
	h.Write(boot)
	for _, ns := range []string{"pid", "time"} {
		name, err := os.Readlink("/proc/self/ns/" + ns)
		if err != nil && !os.IsNotExist(err) { // kernels before 5.6 have no time namespaces
			return process{}, fmt.Errorf("psync: cannot tell which namespace this is: %w", err)
		}
		h.Write([]byte(name))
	}
	return process{id, h.Sum32()}, nil
}

// alive says whether the process of that name still runs. In doubt it says yes: to wait for the
// dead costs time, to rob the living costs the data.
func alive(id uint64) bool {
	if s, err := identity(); err != nil || s.id == id {
		return true
	}
	ended, err := hasEnded(id)
	if err != nil { // perhaps no descriptor was left, so once more with ours
		self.Lock()
		defer self.Unlock()
		unix.Close(self.spare)
		ended, _ = hasEnded(id)
		keepSpare()
	}
	return !ended
}

// keepSpare opens the spare descriptor, if there is one to be had. Without it, who has used up all
// of its descriptors would wait for the dead until it closes one.
func keepSpare() {
	self.spare, _ = unix.Open("/", unix.O_PATH|unix.O_CLOEXEC, 0)
}

// hasEnded says whether nobody of that name runs any more. An error says that it cannot tell. It
// needs one descriptor at a time, and no system call that a sandbox may not know.
func hasEnded(id uint64) (bool, error) {
	pid := int(id & pidBits)
	if pid == 0 || unix.Kill(pid, 0) == unix.ESRCH {
		return true, nil
	}
	now, ended, err := readStat(strconv.Itoa(pid))
	if err == nil {
		return ended || now != id, nil // or the pid was given to another process
	}
	// /proc can hide the processes of other users (its option hidepid). Whoever has the pid now,
	// its descriptor becomes readable when it has ended, also while nobody has waited for it.
	fd, err := unix.PidfdOpen(pid, 0)
	if err == unix.ESRCH {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	defer unix.Close(fd)
	n, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, 0)
	return n > 0, err
}

// readStat reads /proc/<pid>/stat.
func readStat(pid string) (id uint64, ended bool, err error) {
	stat, err := readProc("/proc/" + pid + "/stat")
	if err != nil {
		return 0, false, err
	}
	return parseStat(stat)
}

// parseStat takes from a stat line the name of a process, and whether it has ended and is not
// waited for yet. The second field, in parentheses, may hold anything, parentheses and spaces too.
func parseStat(stat []byte) (id uint64, ended bool, err error) {
	end := bytes.LastIndexByte(stat, ')')
	first, _, ok := bytes.Cut(stat, []byte(" "))
	if end < 0 || !ok {
		return 0, false, fmt.Errorf("unexpected stat line %q", stat)
	}
	fields := strings.Fields(string(stat[end+1:]))
	if len(fields) < 20 {
		return 0, false, fmt.Errorf("stat line with %d fields after the name, want 20 or more", len(fields))
	}
	state, threads, started := fields[0], fields[17], fields[19]
	pid, err := strconv.ParseUint(string(first), 10, 22)
	if err != nil || pid == 0 {
		return 0, false, fmt.Errorf("stat line of pid %q", first)
	}
	start, err := strconv.ParseUint(started, 10, 64)
	if err != nil {
		return 0, false, err
	}
	// The state is that of the first thread. If others run on, it ended alone; or one of them is
	// about to replace the process by exec.
	ended = strings.Contains("ZX", state) && (threads == "1" || threads == "0")
	return pid | start<<32, ended, nil // 2³² ticks of 10 ms are 497 days
}

// readProc reads a file of /proc, which is short. It doesn't take os.ReadFile: with the first file
// that package os opens, Go's runtime opens two descriptors of its own, and where there are no more
// it ends the process.
func readProc(path string) ([]byte, error) {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: path, Err: err}
	}
	defer unix.Close(fd)
	b := make([]byte, 4096)
	n, err := unix.Read(fd, b)
	if err != nil {
		return nil, &os.PathError{Op: "read", Path: path, Err: err}
	}
	return b[:n], nil
}
