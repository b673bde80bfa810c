//go:build unix

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"example.com/lockstep/examples/hello/lockstep"
)

// The names of the files in the daemon's folder.
const pidName, logName = "daemon.pid", "daemon.log"

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

// runStop asks the daemon to end, waits until it has, and removes what is left of it.
func runStop(f *lockstep.Flags) {
	dir := f.String("dir", "daemon", "`folder` of the pid file and the log")
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
	lockstep.Check(terminate(pidFile, 10*time.Second))
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

// lockPidFile opens the pid file and locks it; held is true if somebody else has the lock. It is the
// lock that says that a daemon lives: the kernel releases it at the end of any process, but the
// number in the file may be another's by now.
func lockPidFile(path string, flag int) (f *os.File, held bool, err error) {
	for {
		f, err = os.OpenFile(path, os.O_RDWR|flag, 0o600)
		if err != nil {
			return nil, false, err
		}
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return f, true, nil
		}
		if err != nil {
			return nil, false, errors.Join(os.NewSyscallError("flock", err), f.Close())
		}
		opened, errOpened := f.Stat()
		named, errNamed := os.Stat(path)
		if errors.Join(errOpened, errNamed) == nil && os.SameFile(opened, named) {
			return f, false, nil
		}
		f.Close() // a daemon that ended just now has removed it: look again
	}
}

// parsePid reads a pid file's text: a process number and a newline, nothing else. Kill takes 0,
// -1 and -n for whole groups of processes, and 1 is the system's own.
func parsePid(text string) (int, error) {
	digits, whole := strings.CutSuffix(text, "\n")
	pid, err := strconv.ParseInt(digits, 10, 32)
	if err != nil || !whole || pid <= 1 || digits != strconv.FormatInt(pid, 10) {
		return 0, fmt.Errorf("want a process number from 2 to 2147483647 and a newline, got %q", text)
	}
	return int(pid), nil
}
