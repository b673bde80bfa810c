//go:build unix

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func init() { variants = append(variants, variant{"test-halfway", "", halfwayParent}) }

// alone returns a command with a temporary directory of its own, which is empty at the end, and so
// is its place in /dev/shm.
func alone(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	dir := t.TempDir()
	cmd := self(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), "TMPDIR="+dir, "GORACE=atexit_sleep_ms=0")
	t.Cleanup(func() {
		left, err := filepath.Glob(filepath.Join(dir, "*"))
		if err != nil {
			t.Error(err)
		}
		shm, err := filepath.Glob(fmt.Sprintf("/dev/shm/lockstep-sharedmem-%d*", cmd.Process.Pid))
		if err != nil {
			t.Error(err)
		}
		if left = append(left, shm...); len(left) > 0 {
			t.Errorf("%v left %v behind", args, left)
		}
	})
	return cmd
}

// untilAllEnd starts a command, kills it after its first line if that is asked for, and waits until
// the last process that holds its output has ended. It returns what the command printed.
func untilAllEnd(t *testing.T, cmd *exec.Cmd, kill bool) string {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cmd.Stdout, cmd.Stderr = w, w
	err = cmd.Start()
	w.Close()
	if err != nil {
		t.Fatal(err)
	}
	r.SetReadDeadline(time.Now().Add(limit))
	in := bufio.NewReader(r)
	first, err := in.ReadString('\n')
	if kill {
		if err != nil {
			t.Errorf("no line: %v", err)
		}
		cmd.Process.Kill()
	}
	rest, err := io.ReadAll(in)
	if err != nil {
		t.Errorf("a process is still there: %v", err)
		cmd.Process.Kill()
	}
	cmd.Wait()
	return first + string(rest)
}

// The parent of any variant is killed after the first line: all its children end, and nothing stays.
func TestParentKilled(t *testing.T) {
	for _, v := range variants {
		if v.does == "" || v.name == "leftname" { // which shows what stays when the one who cleans up is killed
			continue
		}
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			untilAllEnd(t, alone(t, v.name), true)
		})
	}
}

// halfwayParent is devshm's parent, killed when it has made the name and the child has done nothing.
func halfwayParent([]string) error {
	unused, err := newMemory(4096)
	if err != nil {
		return err
	}
	name := fmt.Sprintf("/dev/shm/lockstep-sharedmem-%d", os.Getpid())
	if _, err := startWorker(unused, "process 1", "devshm-child", name); err != nil {
		return err
	}
	if err := os.WriteFile(name, make([]byte, 4096), 0o600); err != nil {
		return err
	}
	return kill9()
}

func TestParentKilledBesideTheName(t *testing.T) {
	if _, err := os.Stat("/dev/shm"); err != nil {
		t.Skipf("/dev/shm is Linux's: %v", err)
	}
	cmd := alone(t, "test-halfway")
	if out := untilAllEnd(t, cmd, false); !strings.Contains(out, "the parent is gone") {
		t.Errorf("it says %q", out)
	}
}

// A role is for the program itself; typed by hand it says so and doesn't crash.
func TestRolesByHand(t *testing.T) {
	for _, v := range roles {
		cmd := self(v.name)
		var stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = nil, &stderr
		cmd.Run()
		if code := cmd.ProcessState.ExitCode(); code != 2 || strings.Contains(stderr.String(), "panic") {
			t.Errorf("%s: exit %d\n%s", v.name, code, stderr.String())
		}
	}
}
