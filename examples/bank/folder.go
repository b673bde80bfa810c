package main

import (
	"errors"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// tempDir returns a new folder, and what removes it. It is removed as soon as everybody has opened
// what is in it. Until then a process that does nothing else keeps it: when this one is killed, no
// deferred call runs any more.
func tempDir() (dir string, remove func(), err error) {
	keeper, err := startTeller("folder's keeper", "", "keeper")
	if err != nil {
		return "", nil, err
	}
	keeper.limit()
	if dir, err = keeper.answer(); err != nil {
		return "", nil, err
	}
	if reason, no := strings.CutPrefix(dir, "no: "); no {
		return "", nil, errors.Join(errors.New(reason), keeper.end())
	}
	return dir, func() {
		os.RemoveAll(dir) // on Windows what is open stays, and is removed by a second call
		keeper.kill()     // it has nothing to keep any more
	}, nil
}

// keeperRole makes a folder, and removes it when its input ends: its parent has died. What ends its
// parent at the terminal, or by a signal to the whole group, does not end it.
func keeperRole([]string) error {
	signal.Ignore(syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGPIPE)
	dir, err := shortTempDir()
	if err != nil {
		say("no: %v", err) // its parent reports it
		return nil
	}
	say("%s", dir)
	io.Copy(io.Discard, os.Stdin) // an error is an end too
	for range 20 {
		// Again, as a process that ends with the same parent may still make a file in it.
		if err := os.RemoveAll(dir); err == nil {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	return nil
}

// shortTempDir makes a folder whose name leaves room for a socket's, which may have 104 bytes on
// macOS and 108 on Linux. Some systems' own choice of a place for it is longer.
func shortTempDir() (string, error) {
	dir, err := os.MkdirTemp("", "bank")
	if err == nil && len(dir) > 90 {
		os.Remove(dir)
		dir, err = os.MkdirTemp("/tmp", "bank")
	}
	return dir, err
}
