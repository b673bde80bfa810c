package main

import (
	"bufio"
	"io"
	"os"
	"runtime"
	"testing"
	"time"
)

// patience ends a wait for something that should have happened at once.
const patience = 20 * time.Second

// TestKilledAfterAnyLineNothingIsLeft kills each variant with SIGKILL before its first line and
// after each that it prints. Its children have their standard error from it: the end of that pipe
// proves that all are gone. Nor may a file be left. (With -short, only after the first line.)
func TestKilledAfterAnyLineNothingIsLeft(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs a Unix system, and this is windows: no process tells the others of its end by a signal")
	}
	for _, v := range variants {
		if v.does == "" {
			continue
		}
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			if testing.Short() {
				killAfter(t, v.name, 1)
				return
			}
			for lines := 0; killAfter(t, v.name, lines) == lines && !t.Failed(); lines++ {
			}
		})
	}
}

// killAfter runs the variant, kills it when it has printed n lines, and returns how many it printed
// before it was killed or had ended.
func killAfter(t *testing.T, variant string, n int) (printed int) {
	t.Helper()
	tmp := t.TempDir()
	cmd := self(variant)
	// With the race detector a process sleeps for a second at its end, unless told not to.
	cmd.Env = append(os.Environ(), "TMPDIR="+tmp, "GORACE=atexit_sleep_ms=0")
	stdout, out := pipe(t)
	stderr, errs := pipe(t)
	cmd.Stdout, cmd.Stderr = out, errs
	err := cmd.Start()
	out.Close()
	errs.Close()
	if err != nil {
		t.Fatal(err)
	}
	stdout.SetReadDeadline(time.Now().Add(patience))
	for in := bufio.NewReader(stdout); printed < n; printed++ {
		if _, err := in.ReadString('\n'); err == io.EOF {
			break
		} else if err != nil {
			t.Errorf("after %d lines: %v", printed, err)
			break
		}
	}
	cmd.Process.Kill() // it may have ended
	cmd.Wait()
	stderr.SetReadDeadline(time.Now().Add(patience))
	if _, err := io.Copy(io.Discard, stderr); err != nil {
		t.Errorf("killed after %d lines, a child lives on: %v", printed, err)
	}
	left, err := os.ReadDir(tmp)
	if err != nil {
		t.Error(err)
	}
	for _, e := range left {
		t.Errorf("killed after %d lines, it left %s", printed, e.Name())
	}
	return printed
}

// pipe returns a pipe whose read end is closed when the test ends.
func pipe(t *testing.T) (r, w *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r, w
}
