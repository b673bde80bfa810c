package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"
)

// Children with the race detector would sleep for a second at their end: half of the time after
// which a test takes them for left behind.
func init() { os.Setenv("GORACE", strings.TrimSpace("atexit_sleep_ms=0 "+os.Getenv("GORACE"))) }

// TestKilledAtEveryStep kills a process before each task that it is to do: it is named, and the
// others end as well.
func TestKilledAtEveryStep(t *testing.T) {
	t.Parallel()
	j := job{tasks: 6, count: 10}
	for victim := 1; victim <= j.tasks; victim++ {
		err := j.share(context.Background(), 2, "task-child", nil, func(w *worker, task int) error {
			if task == victim {
				w.cmd.Process.Kill()
			}
			_, err := w.ask(task)
			return err
		})
		want := fmt.Sprintf("process %d: ", 2-victim%2)
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("killed before task %d: %v, want %s", victim, err, want)
		}
	}
}

// TestKilledWhileSending kills a process that has sent a part of its numbers. There are more than a
// pipe holds, so it cannot have sent all.
func TestKilledWhileSending(t *testing.T) {
	t.Parallel()
	j := job{tasks: 2, count: 1_000_000}
	err := j.share(context.Background(), 2, "returned-child", nil, func(w *worker, task int) error {
		_, err := fmt.Fprintln(w.in, task)
		if err == nil && task == 2 {
			if _, err = readNumbers(w.out, 100); err == nil {
				w.cmd.Process.Kill()
			}
		}
		if err == nil {
			_, err = readNumbers(w.out, j.count)
		}
		return err
	})
	if err == nil || !strings.HasPrefix(err.Error(), "process 2: ") {
		t.Errorf("killed while it was sending: %v, want process 2's end", err)
	}
}

// TestParentKilled kills the parent at some time while its children are about to start, start, or
// work for minutes, or end. All of them hold its standard error: its end is theirs.
func TestParentKilled(t *testing.T) {
	t.Parallel()
	const tries, patience = 8, 2 * time.Second
	runs := [][]string{
		{"processes", "-count", "1000000000"}, {"limit", "-count", "1000000000"},
		{"exercise", "-count", "1000000000"}, {"returned", "-count", "1000000"},
		{"timelimit", "-hang", "1", "-limit", "1h"}, {"sameseed"}, {"firsterror"},
	}
	for try := range tries {
		for _, args := range runs {
			cmd := self(args[0], append(args[1:], "-k", "3")...)
			r, w, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			cmd.Stdout, cmd.Stderr = nil, w
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			w.Close()
			time.Sleep(time.Duration(try*try) * time.Millisecond)
			cmd.Process.Kill()
			cmd.Wait()
			if err := r.SetReadDeadline(time.Now().Add(patience)); err != nil {
				t.Skip(err)
			}
			if _, err := io.Copy(io.Discard, r); err != nil {
				t.Errorf("%s, killed in try %d: a child is alive: %v", args[0], try, err)
			}
			r.Close()
		}
	}
}
