package main

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestKilledAfterAnyLineNothingIsLeft kills each variant with SIGKILL after each line it prints.
// Its children have their standard error from it: the end of that pipe proves that all are gone.
// Nor may a file be left.
func TestKilledAfterAnyLineNothingIsLeft(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("kill -9 needs Unix")
	}
	for _, v := range variants {
		args := []string{v.name}
		switch v.name {
		case "crash":
			args = append(args, "-step", "synced")
		case "lostupdate":
			args = append(args, "-schedule", "ABAB")
		case "all", "flock", "cas", "owner", "optimistic", "wal":
			args = append(args, "-deposits", "10")
		case "recover":
			continue // it starts nothing and makes nothing
		}
		if v.does == "" || runtime.GOOS != "linux" && (v.name == "deadlock" || v.name == "ordered") {
			continue
		}
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			lines := 1
			for n := 1; n <= lines && !t.Failed(); n++ {
				if printed := killAfter(t, n, args...); printed == n && !testing.Short() {
					lines++
				}
			}
		})
	}
}

// killAfter runs the program, kills it when it has printed n lines, and returns how many it
// printed before it was killed or had ended.
func killAfter(t *testing.T, n int, args ...string) (printed int) {
	t.Helper()
	tmp := testDir(t)
	cmd := self(args[0], args[1:]...)
	// The variant race is racy on purpose: what a race detector says of it is not the question here.
	cmd.Env = append(os.Environ(), "TMPDIR="+tmp, "GORACE=exitcode=0 atexit_sleep_ms=0 log_path="+os.DevNull)
	cmd.Stdout = nil
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	stderr, err := startWithStderr(cmd)
	if err != nil {
		t.Fatal(err)
	}
	defer stderr.Close()
	out := bufio.NewReader(stdout)
	for printed < n {
		if _, err := out.ReadString('\n'); err != nil {
			break
		}
		printed++
	}
	cmd.Process.Kill() // it may have ended
	cmd.Wait()
	stderr.SetReadDeadline(time.Now().Add(patience))
	said, err := io.ReadAll(stderr)
	if err != nil {
		t.Errorf("%s, killed after %d lines: a child lives on: %v", args[0], printed, err)
	}
	if strings.Contains(string(said), "panic") {
		t.Errorf("%s, killed after %d lines: %s", args[0], printed, said)
	}
	left, err := os.ReadDir(tmp)
	if err != nil {
		t.Error(err)
	}
	for _, e := range left {
		t.Errorf("%s, killed after %d lines, left %s", args[0], printed, e.Name())
	}
	return printed
}

// startWithStderr starts cmd and returns the read end of its standard error.
func startWithStderr(cmd *exec.Cmd) (*os.File, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer w.Close()
	cmd.Stderr = w
	if err := cmd.Start(); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}
