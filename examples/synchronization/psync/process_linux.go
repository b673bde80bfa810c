package psync

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"os"
	"strconv"
	"sync"

	"golang.org/x/sys/unix"
)

// identity names this process: pid and start time. The domain says where such names can be
// compared: within one boot, one pid namespace and one time namespace (the start time is shown
// relative to the reader's).
func identity() (id uint64, domain uint32, err error) {
	s, err := self()
	return s.id, s.domain, err
}

type process struct {
	id     uint64
	domain uint32
}

var self = sync.OnceValues(func() (process, error) {
	id, err := readStat("self")
	if err != nil {
		return process{}, fmt.Errorf("psync: cannot tell who I am: %w", err)
	}
	if int(id&pidBits) != os.Getpid() {
		return process{}, fmt.Errorf("psync: cannot tell who I am: /proc is of another pid namespace")
	}
	h := fnv.New32a()
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
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
})

// alive says whether the process of that name still runs. In doubt it says yes: to wait for the
// dead costs time, to rob the living costs the data.
func alive(id uint64) bool {
	if s, err := self(); err != nil || s.id == id {
		return true
	}
	pid := int(id & pidBits)
	// The descriptor stands for whatever has the pid now. It becomes readable when the last thread
	// of that process has ended, also while nobody has waited for it: a zombie holds no lock.
	fd, err := unix.PidfdOpen(pid, 0)
	switch err {
	case nil:
		defer unix.Close(fd)
	case unix.ESRCH, unix.EINVAL, unix.ENOENT: // no such process; or the pid is a thread's now
		return false
	default: // too many descriptors, or a sandbox: only /proc is left to ask
		fd = -1
	}
	if now, err := readStat(strconv.Itoa(pid)); err == nil && now != id {
		return false // the pid was given to another process
	}
	if fd < 0 {
		return true
	}
	p := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
	n, err := unix.Poll(p, 0)
	return err != nil || n == 0
}

// readStat reads pid and start time from /proc/<pid>/stat. The start time is field 22; the second
// field, in parentheses, may hold anything, parentheses and spaces too.
func readStat(pid string) (id uint64, err error) {
	stat, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return 0, err
	}
	return parseStat(stat)
}

func parseStat(stat []byte) (id uint64, err error) {
	end := bytes.LastIndexByte(stat, ')')
	first, _, ok := bytes.Cut(stat, []byte(" "))
	if end < 0 || !ok {
		return 0, fmt.Errorf("unexpected stat line %q", stat)
	}
	fields := bytes.Fields(stat[end+1:])
	if len(fields) < 20 {
		return 0, fmt.Errorf("stat line with %d fields after the name, want 20 or more", len(fields))
	}
	pid, err := strconv.ParseUint(string(first), 10, 22)
	if err != nil || pid == 0 {
		return 0, fmt.Errorf("stat line of pid %q", first)
	}
	start, err := strconv.ParseUint(string(fields[19]), 10, 64)
	if err != nil {
		return 0, err
	}
	return pid | start<<32, nil // 2³² ticks of 10 ms are 497 days
}
