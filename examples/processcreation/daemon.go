//go:build unix

package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"
)

// dirFlag defines the folder that holds a daemon's pid file and log.
func dirFlag(fs *flag.FlagSet) func() (string, error) {
	name := fs.String("dir", "", "`folder` of pid file and log (default: one in your cache folder)")
	return func() (string, error) {
		if *name != "" {
			return filepath.Abs(*name)
		}
		cache, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("no default for -dir: %w", err)
		}
		return filepath.Join(cache, "processcreation"), nil
	}
}

// runDaemon starts a process that outlives this one and belongs to no terminal: in a session of
// its own, with / as directory and a log instead of a terminal. It returns when that one is ready.
func runDaemon(args []string) error {
	fs := newFlags("daemon")
	folder := dirFlag(fs)
	if err := parse(fs, args); err != nil {
		return err
	}
	dir, err := folder()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	pidFile, held, err := lockPidFile(dir, os.O_CREATE)
	if err != nil {
		return err
	}
	defer pidFile.Close()
	if held {
		return fmt.Errorf("a daemon runs already: %s is locked", pidFile.Name())
	}
	log, err := os.OpenFile(filepath.Join(dir, logName), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	ready, w, err := os.Pipe()
	if err != nil {
		return err
	}
	defer ready.Close()
	daemon := self("daemon-child", pidFile.Name())
	daemon.Dir = "/" // no file system is kept from being unmounted
	daemon.Stdout, daemon.Stderr = log, log
	daemon.ExtraFiles = []*os.File{pidFile, w} // the lock belongs to the open file: it goes along
	daemon.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	err = daemon.Start()
	w.Close()
	if err != nil {
		return err
	}
	if _, err := io.ReadFull(ready, make([]byte, 1)); err != nil {
		return errors.Join(fmt.Errorf("the daemon did not start; see %s", log.Name()), daemon.Wait())
	}
	how := "processcreation stop"
	if name := fs.Lookup("dir").Value.String(); name != "" {
		how += " -dir " + name
	}
	say("daemon %d runs, until: %s", daemon.Process.Pid, how)
	return daemon.Process.Release()
}

// daemonChild is the daemon: descriptor 3 is the locked pid file, 4 the end of a pipe to tell
// that it is ready.
func daemonChild(args []string) error {
	term := make(chan os.Signal, 1)
	signal.Notify(term, syscall.SIGTERM)
	pidFile, ready := os.NewFile(3, args[0]), os.NewFile(4, "ready")
	syscall.CloseOnExec(3) // or a program that the daemon starts would keep the lock
	if err := pidFile.Truncate(0); err != nil {
		return err
	}
	if _, err := pidFile.WriteAt(fmt.Appendln(nil, os.Getpid()), 0); err != nil {
		return err
	}
	session, err := unix.Getsid(0)
	say("[daemon] leads a session of its own: %t", err == nil && session == os.Getpid())
	_, err = ready.Write([]byte{1})
	if err := errors.Join(err, ready.Close()); err != nil {
		return err
	}
	say("[daemon] stops on signal: %v", <-term)
	// Removed while it is locked; then Close gives up the lock.
	return errors.Join(os.Remove(pidFile.Name()), pidFile.Close())
}
