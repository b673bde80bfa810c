//go:build unix

package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"example.com/lockstep/examples/hello/lockstep"
)

// runStop asks the daemon to end, waits until it has, and removes what is left of it.
func runStop(f *lockstep.Flags) {
	dir := f.String("dir", "daemon", "`folder` of the pid file and the log")
	grace := f.Time("grace", 10*time.Second, time.Millisecond, time.Hour, "how long to wait for the daemon's end")
	f.Parse()
	pidFile, held, err := lockPidFile(filepath.Join(*dir, pidName), 0)
	if errors.Is(err, fs.ErrNotExist) {
		lockstep.Check(fmt.Errorf("no daemon runs: there is no %s", filepath.Join(*dir, pidName)))
	}
	lockstep.Check(err)
	if !held {
		// Whoever wrote this pid file was killed: the number in it may be another's by now.
		lockstep.Check(os.Remove(pidFile.Name()))
		os.Remove(filepath.Join(*dir, logName)) // if there is one
		os.Remove(*dir)                         // if nothing else is in it
		lockstep.Check(errors.New("no daemon runs: it was killed; its pid file is removed"))
	}
	lockstep.Check(terminate(pidFile, *grace))
	log, err := os.ReadFile(filepath.Join(*dir, logName))
	lockstep.Check(err)
	_, err = os.Stdout.Write(log)
	lockstep.Check(err)
	lockstep.Say("the daemon has stopped")
	lockstep.Check(os.Remove(filepath.Join(*dir, logName)))
	os.Remove(*dir) // if nothing else is in it
}

// terminate asks the process that holds the lock on pidFile to end, and waits until it has.
func terminate(pidFile *os.File, grace time.Duration) error {
	text, err := io.ReadAll(io.LimitReader(pidFile, 32))
	if err != nil {
		return err
	}
	pid, err := parsePid(string(text))
	if err != nil {
		return fmt.Errorf("%s: %w", pidFile.Name(), err)
	}
	daemon, err := os.FindProcess(pid)
	if err != nil {
		return err
	}
	fd := int(pidFile.Fd())
	if syscall.Flock(fd, syscall.LOCK_EX|syscall.LOCK_NB) == nil {
		return nil // it has just ended
	}
	// Still locked now that there is a handle: so the handle is the daemon's.
	if err := daemon.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("process %d: %w", pid, err)
	}
	released := make(chan error, 1)
	go func() { released <- syscall.Flock(fd, syscall.LOCK_EX) }()
	select {
	case err := <-released:
		return os.NewSyscallError("flock", err)
	case <-time.After(grace):
		return fmt.Errorf("process %d has had SIGTERM, but has not ended after %v", pid, grace)
	}
}
