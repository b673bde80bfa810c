//go:build unix

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"example.com/lockstep/examples/hello/lockstep"
)

// runDaemon starts a process that outlives this one, and returns when that one is ready.
func runDaemon(f *lockstep.Flags) {
	foreground := f.Bool("foreground", false, "be the daemon, until SIGTERM or control-C")
	name := f.String("dir", "daemon", "`folder` of the pid file and the log")
	f.Parse()
	dir, err := filepath.Abs(*name)
	lockstep.Check(err)
	lockstep.Check(os.MkdirAll(dir, 0o700))
	if *foreground {
		daemon(dir)
		return
	}
	log, err := os.OpenFile(filepath.Join(dir, logName), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	lockstep.Check(err)
	child, err := self("daemon", "-foreground", "-dir", dir)
	lockstep.Check(err)
	why, err := startDetached(child, log)
	lockstep.Check(err)
	if why != "" {
		lockstep.Check(errors.New(strings.TrimPrefix(why, "processcreation: ")))
	}
	quoted := "'" + strings.ReplaceAll(*name, "'", `'\''`) + "'" // for a shell
	lockstep.Say("daemon %d runs, until: processcreation stop -dir %s", child.Process.Pid, quoted)
}

// startDetached starts cmd in a session of its own, without a terminal, so that it outlives this
// process. It returns when cmd is ready: when it has closed its standard error, or has ended. What
// it wrote there is why it could not do its work, and nothing if all is well.
func startDetached(cmd *exec.Cmd, log *os.File) (why string, err error) {
	r, w, err := os.Pipe()
	if err != nil {
		return "", err
	}
	defer r.Close()
	cmd.Dir = "/" // so that no file system is kept from being unmounted
	cmd.Stdout, cmd.Stderr = log, w
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	err = cmd.Start()
	w.Close() // the daemon has its own; with ours open, ReadAll would never see the end
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(r)
	return string(bytes.TrimSpace(text)), err
}

// daemon is the daemon: it waits for the signal to stop.
func daemon(dir string) {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, os.Interrupt)
	pidFile, held, err := lockPidFile(filepath.Join(dir, pidName), os.O_CREATE)
	lockstep.Check(err)
	if held {
		lockstep.Check(fmt.Errorf("a daemon runs already: %s is locked", pidFile.Name()))
	}
	lockstep.Check(pidFile.Truncate(0))
	_, err = pidFile.WriteAt(fmt.Appendln(nil, os.Getpid()), 0)
	lockstep.Check(err)
	session, err := unix.Getsid(0)
	lockstep.Check(err)
	lockstep.Say("[daemon] leads a session of its own: %t", session == os.Getpid())
	os.Stderr.Close() // ready
	lockstep.Say("[daemon] stops on signal: %v", <-stop)
	lockstep.Check(os.Remove(pidFile.Name())) // while it is locked
}
