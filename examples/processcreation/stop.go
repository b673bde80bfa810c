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
)

// runStop asks the daemon to end, waits until it has, and removes what is left of it.
func runStop(args []string) error {
	flags := newFlags("stop")
	folder := dirFlag(flags)
	if err := parse(flags, args); err != nil {
		return err
	}
	dir, err := folder()
	if err != nil {
		return err
	}
	pidFile, held, err := lockPidFile(dir, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("no daemon runs: there is no %s", filepath.Join(dir, pidName))
	}
	if err != nil {
		return err
	}
	defer pidFile.Close()
	if !held {
		// Whoever wrote this pid file was killed: the number in it may be another's by now.
		err := errors.Join(removeIfSame(pidFile), tidy(dir))
		return errors.Join(errors.New("no daemon runs: it was killed; its pid file is removed"), err)
	}
	if err := terminate(pidFile); err != nil {
		return err
	}
	if err := removeIfSame(pidFile); err != nil {
		return err
	}
	err = showLog(dir)
	say("the daemon has stopped")
	return errors.Join(err, tidy(dir))
}

func showLog(dir string) error {
	log, err := os.Open(filepath.Join(dir, logName))
	if err != nil {
		return err
	}
	defer log.Close()
	_, err = io.Copy(&stdout, log)
	return err
}

// terminate ends the process that holds the lock on pidFile, and returns when it has ended.
func terminate(pidFile *os.File) error {
	pid, err := readPid(pidFile)
	if err != nil {
		return err
	}
	daemon, err := os.FindProcess(pid)
	if err != nil {
		return err
	}
	defer daemon.Release()
	released := make(chan error, 1)
	// Still locked now that there is a handle? Then the handle is the daemon's.
	fd := int(pidFile.Fd())
	if syscall.Flock(fd, syscall.LOCK_EX|syscall.LOCK_NB) == nil {
		return nil // it has just ended
	}
	go func() { released <- syscall.Flock(fd, syscall.LOCK_EX) }()
	err = daemon.Signal(syscall.SIGTERM)
	if err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("process %d: %w", pid, err)
	}
	select {
	case err := <-released:
		return os.NewSyscallError("flock", err)
	case <-time.After(patience):
		err := fmt.Errorf("process %d ignores SIGTERM: killed", pid)
		return errors.Join(err, daemon.Kill(), <-released)
	}
}

// tidy removes the log, and the folder if nothing else is in it.
func tidy(dir string) error {
	err := os.Remove(filepath.Join(dir, logName))
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	rmErr := os.Remove(dir)
	if errors.Is(rmErr, syscall.ENOTEMPTY) || errors.Is(rmErr, syscall.EEXIST) {
		rmErr = nil
	}
	return errors.Join(err, rmErr)
}
