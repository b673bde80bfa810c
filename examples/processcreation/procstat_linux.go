package main

import (
	"bytes"
	"fmt"
	"os"
	"time"
)

// procState returns a process's state as /proc shows it: R running, S sleeping, Z zombie, …
func procState(pid int) (byte, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	return parseState(stat)
}

// parseState reads the state from the text of /proc/<pid>/stat, "7 (name) S 1 …". A program names
// itself, so the name may hold spaces and parentheses: it ends at the last one.
func parseState(stat []byte) (byte, error) {
	end := bytes.LastIndex(stat, []byte(") "))
	if end < 0 || end+2 >= len(stat) {
		return 0, fmt.Errorf("process state: want %q, got %q", "pid (name) state …", stat)
	}
	state := stat[end+2]
	if state < 'A' || state > 'z' {
		return 0, fmt.Errorf("process state: want a letter, got %q", state)
	}
	return state, nil
}

// awaitState waits until a process is in a state, and gives up after the limit.
func awaitState(pid int, want byte, limit time.Duration) error {
	for end := time.Now().Add(limit); ; time.Sleep(time.Millisecond) {
		state, err := procState(pid)
		if err != nil {
			return err
		}
		if state == want {
			return nil
		}
		if time.Now().After(end) {
			return fmt.Errorf("process %d is in state %c, not in %c, after %v", pid, state, want, limit)
		}
	}
}
