package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestKilledDaemon kills a daemon: its pid file stays, and is known to be of no living process.
func TestKilledDaemon(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	run := func(variant string) (string, error) {
		cmd := self(variant, "-dir", dir)
		cmd.Stdout, cmd.Stderr = nil, nil
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	t.Cleanup(func() { run("stop") }) // should this test fail half-way
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
