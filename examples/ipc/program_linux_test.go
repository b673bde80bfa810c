package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A started is the program under test, in a process of its own.
type started struct {
	cmd            *exec.Cmd
	pipe           *os.File // its standard output
	stdout, stderr bytes.Buffer
}

func startProgram(t *testing.T, args ...string) *started {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	p := &started{cmd: exec.Command(self, args...), pipe: r}
	p.cmd.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0")
	p.cmd.Stdout, p.cmd.Stderr = w, &p.stderr
	p.cmd.WaitDelay = patience
	err = p.cmd.Start()
	w.Close()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return p
}

// wait waits until the program and all that have its output have ended, and returns the exit code.
func (p *started) wait(t *testing.T) int {
	t.Helper()
	p.pipe.SetReadDeadline(time.Now().Add(patience))
	if _, err := io.Copy(&p.stdout, p.pipe); err != nil {
		t.Errorf("%v does not end: %v", p.cmd.Args[1:], err)
		p.cmd.Process.Kill()
	}
	p.cmd.Wait()
	return p.cmd.ProcessState.ExitCode()
}

// over reports whether the program has ended.
func (p *started) over() bool {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", p.cmd.Process.Pid))
	return err != nil || len(text) == 0 // a process that has ended has none
}

// killChild kills the program's i-th child, and reports whether there is one.
func (p *started) killChild(i int) bool {
	files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", p.cmd.Process.Pid))
	var children []int
	for _, file := range files {
		text, _ := os.ReadFile(file)
		for _, word := range strings.Fields(string(text)) {
			if pid, err := strconv.Atoi(word); err == nil {
				children = append(children, pid)
			}
		}
	}
	return i < len(children) && syscall.Kill(children[i], syscall.SIGKILL) == nil
}
