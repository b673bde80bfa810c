package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"
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
	r.SetReadDeadline(time.Now().Add(patience))
	in := bufio.NewReader(r)
	for range lines {
		if _, err := in.ReadString('\n'); err == io.EOF {
			ended = true
			break
		} else if err != nil {
			t.Errorf("after fewer than %d lines: %v", lines, err)
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
