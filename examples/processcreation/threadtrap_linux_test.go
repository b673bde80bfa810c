package main

import (
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// TestThreadOf holds what threadtrap rests on: the thread given is not the main one, and ends.
func TestThreadOf(t *testing.T) {
	var inside int
	tid := onDyingThread(func() { inside = unix.Gettid() })
	if tid != inside || tid == os.Getpid() {
		t.Errorf("ran on thread %d of process %d, returned %d", inside, os.Getpid(), tid)
	}
	if err := awaitThreadEnd(tid); err != nil {
		t.Error(err)
	}
}
