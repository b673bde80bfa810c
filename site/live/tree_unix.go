//go:build unix && !linux

package main

import (
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

func adopt() error { return nil }

// killTree kills the program's process group, and on macOS every process with the run's mark in its environment. It
// misses one that has left the group and cleared its environment: these systems don't tell whose descendant it was.
func killTree(program int, mark string, waited <-chan struct{}) {
	unix.Kill(-program, unix.SIGKILL)
	for range 100 {
		pids := marked(mark)
		if len(pids) == 0 {
			return
		}
		for _, pid := range pids {
			unix.Kill(pid, unix.SIGKILL)
		}
		time.Sleep(time.Millisecond)
	}
}

func signalOf(s *os.ProcessState) int { return int(s.Sys().(syscall.WaitStatus).Signal()) }
