package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestKilledLeavesNothing kills every variant by SIGKILL after each line that it prints, and
// before the first: no process and no temporary file may remain. (With -short, only after the first.)
func TestKilledLeavesNothing(t *testing.T) {
	for _, v := range variants {
		if v.does == "" || v.name == "daemon" || v.name == "stop" {
			continue
		}
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			if testing.Short() {
				killAfter(t, v.name, 1)
				return
			}
			for lines := 0; ; lines++ {
				if ended := killAfter(t, v.name, lines); ended {
					return
				}
			}
		})
	}
}

// killAfter kills the variant when it has printed so many lines, and reports whether that was all
// it had to print.
func killAfter(t *testing.T, variant string, lines int) (ended bool) {
	tmp := t.TempDir()
	mark := fmt.Sprintf("PROCESSCREATION_TEST=%s-%d-%d", variant, os.Getpid(), lines)
	cmd := self(variant)
	if variant == "rusage" {
		cmd = self(variant, "-mib", "1")
	}
	// With the race detector a process sleeps for a second at its end, unless told not to.
	cmd.Env = append(os.Environ(), mark, "TMPDIR="+tmp, "GORACE=atexit_sleep_ms=0")
	cmd.Stderr = nil
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cmd.Stdout = w
	err = cmd.Start()
	w.Close()
	if err != nil {
		t.Fatal(err)
	}
	in := bufio.NewReader(r)
	for range lines {
		if _, err := in.ReadString('\n'); err != nil {
			ended = true
			break
		}
	}
	cmd.Process.Kill()
	cmd.Wait()
	for end := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		left := withEnvironment(mark)
		if len(left) == 0 {
			break
		}
		if time.Now().After(end) {
			for _, pid := range left {
				syscall.Kill(pid, syscall.SIGKILL)
			}
			t.Fatalf("killed after %d lines, it left %d processes", lines, len(left))
		}
	}
	if files, err := os.ReadDir(tmp); err != nil || len(files) > 0 {
		t.Errorf("killed after %d lines, it left files %v, %v", lines, files, err)
	}
	return ended
}

func withEnvironment(setting string) (pids []int) {
	files, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, file := range files {
		env, err := os.ReadFile(file)
		if err == nil && bytes.Contains(append(env, 0), []byte(setting+"\x00")) {
			if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file))); err == nil {
				pids = append(pids, pid)
			}
		}
	}
	return pids
}

// TestKilledDaemon kills a daemon: its pid file stays, and is known to be of no living process.
func TestKilledDaemon(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	run := func(variant string) (string, error) {
		cmd := self(variant, "-dir", dir)
		cmd.Stdout, cmd.Stderr = nil, nil
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	if out, err := run("daemon"); err != nil {
		t.Fatalf("daemon: %v: %s", err, out)
	}
	f, held, err := lockPidFile(dir, 0)
	if err != nil || !held {
		t.Fatalf("the pid file of a running daemon: held %t, %v", held, err)
	}
	defer f.Close()
	pid, err := readPid(f)
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	// The lock is free when the daemon has ended.
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	f.Close()
	out, err := run("stop")
	if want := "no daemon runs: it was killed"; err == nil || !strings.Contains(out, want) {
		t.Errorf("stop after a kill: %v, %q: want %q", err, out, want)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("%s is still there: %v", dir, err)
	}
}

// TestCorruptPidFile holds that a locked pid file whose text is no process number ends in an
// error that says so, and that nothing is signalled.
func TestCorruptPidFile(t *testing.T) {
	for _, text := range []string{"", "x\n", "-1\n", "0\n", "1\n", strings.Repeat("7", 5000)} {
		dir := t.TempDir()
		path := filepath.Join(dir, pidName)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		f, held, err := lockPidFile(dir, 0)
		if err != nil || held {
			t.Fatalf("lock: held %t, %v", held, err)
		}
		stop := self("stop", "-dir", dir)
		stop.Stdout, stop.Stderr = nil, nil
		out, err := stop.CombinedOutput()
		if _, ok := err.(*exec.ExitError); !ok || !strings.Contains(string(out), "want a process number") {
			t.Errorf("stop with pid file %.20q: %v, %q", text, err, out)
		}
		f.Close()
	}
}

// TestThreadOf holds what threadtrap rests on: the thread given is not the main one, and ends.
func TestThreadOf(t *testing.T) {
	var inside int
	tid := onDyingThread(func() { inside = unix.Gettid() })
	if tid != inside || tid == os.Getpid() {
		t.Errorf("ran on thread %d of process %d, returned %d", inside, os.Getpid(), tid)
	}
	if err := awaitThreadEnd(tid); err != nil {
		t.Error(err)
	}
}
