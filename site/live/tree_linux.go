package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// adopt makes this process the parent of every descendant whose own parent dies, so that none gets away: not by a
// session of its own, not by forking twice.
func adopt() error { return unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) }

// killTree kills this process's descendants until there is none: then it has no child, for every orphan becomes one. It
// looks again and again, since a process that is seen may have started another that is not; each look is shorter than
// the one before, for there are fewer. It gives up if for ten seconds nothing ends: there are waits that not even a kill
// can end.
func killTree(program int, mark string, waited <-chan struct{}) {
	for moved := time.Now(); time.Since(moved) < 10*time.Second; {
		pids := descendants()
		// The youngest first: they have not had the time to start another one.
		for _, pid := range slices.Backward(pids) {
			unix.Kill(pid, unix.SIGKILL)
		}
		select {
		case <-waited: // the program itself is waited for where it was started
			for {
				pid, err := unix.Wait4(-1, nil, unix.WNOHANG, nil)
				if err == unix.ECHILD {
					return
				}
				if pid <= 0 && err != unix.EINTR {
					break
				}
				moved = time.Now()
			}
		default:
		}
		if len(pids) < 10 {
			time.Sleep(time.Millisecond) // the kernel ends them; there is no event for the last of them
		}
	}
}

// descendants returns the processes below this one, zombies included. One whose parent dies during the look is missed.
func descendants() []int {
	children := map[int][]int{}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, file := range stats {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended since
		}
		// The name, in parentheses, may hold anything; the parent is the second field behind it.
		fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		if err != nil || len(fields) < 2 {
			continue
		}
		if parent, err := strconv.Atoi(fields[1]); err == nil {
			children[parent] = append(children[parent], pid)
		}
	}
	below := children[os.Getpid()]
	for i := 0; i < len(below); i++ {
		below = append(below, children[below[i]]...)
	}
	return below
}

func signalOf(s *os.ProcessState) int { return int(s.Sys().(syscall.WaitStatus).Signal()) }
