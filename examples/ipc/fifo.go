//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// fifo is a pipe that two processes find by its name: they need not have a parent in common.
var fifo = mechanism{
	name:  "fifo",
	named: true,
	join: func(producer, consumer *exec.Cmd, dir string) ([]*os.File, error) {
		return nil, syscall.Mkfifo(fifoPath(dir), 0o600)
	},
	sender: func(dir string) (sender, error) {
		// This waits until the consumer has opened the other end, and the consumer's waits for us.
		f, err := os.OpenFile(fifoPath(dir), os.O_WRONLY, 0)
		if err != nil {
			return nil, err
		}
		return newStream(f), nil
	},
	receiver: func(dir string) (receiver, error) {
		f, err := os.Open(fifoPath(dir))
		if err != nil {
			return nil, err
		}
		return newStream(f), nil
	},
}

func fifoPath(dir string) string { return filepath.Join(dir, "fifo") }

func runFIFO(args []string) error { return runPair(fifo, args) }
