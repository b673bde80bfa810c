//go:build unix

package script

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// unixConditions are those that any Unix system has.
var unixConditions = []*sweepCondition{
	signalled("SIGINT", syscall.SIGINT),
	signalled("SIGHUP", syscall.SIGHUP),
	signalled("SIGTERM", syscall.SIGTERM),
	{name: "stdin closed", within: closing(0), fault: endsAsUsual},
	{name: "stdout closed", within: closing(1), fault: endsAsUsual}, // Go opens /dev/null in its place
	{name: "stderr closed", within: closing(2), fault: endsAsUsual, unheard: true},
	{name: "all three closed", within: closing(0, 1, 2), fault: endsAsUsual, unheard: true},
	{name: "few descriptors, 10", within: descriptors(syscall.Rlimit{Cur: 10, Max: 10}), fault: exits(0, 1)},
	{name: "few descriptors, 20", within: descriptors(syscall.Rlimit{Cur: 20, Max: 20}), fault: exits(0, 1)},
	{name: "signals ignored", within: ignoreSignals, fault: endsAsUsual},
	{name: "signals ignored, stdout gone", within: ignoreSignals, before: stdoutGone, fault: exitsIfItPrints(endedBySIGPIPE)},
	{name: "SIGHUP ignored and sent", within: ignoreSignals, event: hangUp, fault: endsAsUsual},
}

func closing(numbers ...int) func() error {
	return func() error {
		for _, n := range numbers {
			if err := syscall.Close(n); err != nil {
				return err
			}
		}
		return nil
	}
}

func descriptors(limit syscall.Rlimit) func() error {
	return func() error { return syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit) }
}

// signalled is the condition that a signal is sent to the whole group, as a terminal does.
func signalled(name string, sig syscall.Signal) *sweepCondition {
	return &sweepCondition{
		name:  name,
		event: func(r *run) { signalGroup(r.cmd.Process, sig) },
		fault: exits(128+int(sig), 0, 1), // 0 and 1: it had ended, or a child was faster
	}
}

// commonSignals are those that a parent may have ignored or blocked without thinking of its children.
var commonSignals = []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGPIPE, syscall.SIGCHLD}

func ignoreSignals() error {
	for _, s := range commonSignals {
		signal.Ignore(s)
	}
	return nil
}

func hangUp(r *run) { signalGroup(r.cmd.Process, syscall.SIGHUP) }

// signalGroup signals the process and all that are in its group.
func signalGroup(p *os.Process, sig syscall.Signal) { syscall.Kill(-p.Pid, sig) }

// The environment variables that make this test binary set up a condition before it becomes the
// program under test: its name, and the folder to put in the place of /dev/shm.
const (
	becomes    = "LOCKSTEP_SWEEP"
	becomesShm = "LOCKSTEP_SWEEP_SHM"
)

// reporting is the descriptor on which the process says what the machine lacks. It closes when the
// process becomes the program.
const reporting = 3

// enter makes the process set up the condition before it becomes the program. The function it
// returns waits until it has, and says why it could not.
func enter(r *run, name string) (entered func() error, err error) {
	reader, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	r.cmd.ExtraFiles = []*os.File{w}
	r.cmd.Env = append(r.cmd.Env, becomes+"="+name)
	r.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if isolate(r.cmd.SysProcAttr) {
		r.cmd.Env = append(r.cmd.Env, becomesShm+"="+filepath.Join(r.dir, "shm"))
	}
	return func() error {
		w.Close()
		defer reader.Close()
		reader.SetReadDeadline(time.Now().Add(patience))
		text, err := io.ReadAll(reader)
		if err == nil && len(text) > 0 {
			err = errors.New(string(text))
		}
		return err
	}, nil
}

// A process that is to become the program does so before anything else: its main thread is the one
// that the program begins with, and what was set for that thread holds for the program.
func init() {
	name, ok := os.LookupEnv(becomes)
	if !ok {
		return
	}
	err := become(name)
	fmt.Fprintf(os.NewFile(reporting, "report"), "%s: %v", name, err)
	os.Exit(1)
}

// executable is the program's path, in a process that is about to become the program.
var executable string

// become sets up the condition and turns this process into the program. It returns if it cannot.
func become(name string) error {
	syscall.CloseOnExec(reporting)
	var err error
	if executable, err = os.Executable(); err != nil {
		return err
	}
	if shm, ok := os.LookupEnv(becomesShm); ok {
		if err := enclose(shm); err != nil {
			return err
		}
	}
	for _, c := range allConditions {
		if c.name == name && c.within != nil {
			if err := c.within(); err != nil {
				return err
			}
		}
	}
	if err := lower(); err != nil {
		return err
	}
	os.Unsetenv(becomes)
	os.Unsetenv(becomesShm)
	return os.NewSyscallError("execve", syscall.Exec(executable, os.Args, os.Environ()))
}

// signalByName returns the signal of that name, with or without "SIG".
func signalByName(name string) (os.Signal, error) {
	if s := unix.SignalNum("SIG" + strings.TrimPrefix(name, "SIG")); s != 0 {
		return s, nil
	}
	return nil, fmt.Errorf("unknown signal %q", name)
}
