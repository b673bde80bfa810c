//go:build unix

package main

import (
	"io"
	"os"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// TestKilledWhileItHasAFolder ends each variant as soon as its temporary folder is there: alone by
// SIGKILL, or with its whole group, as timeout(1) or a terminal does. The folder goes.
func TestKilledWhileItHasAFolder(t *testing.T) {
	for _, v := range variants {
		switch {
		case v.does == "" || v.name == "recover" || v.name == "goroutines":
			continue // they have none
		case runtime.GOOS != "linux" && (v.name == "deadlock" || v.name == "ordered"):
			continue
		}
		for how, kill := range map[string]func(pid int) error{
			"alone": func(pid int) error { return syscall.Kill(pid, syscall.SIGKILL) },
			"group": func(pid int) error { return syscall.Kill(-pid, syscall.SIGTERM) },
		} {
			t.Run(v.name+"/"+how, func(t *testing.T) {
				t.Parallel()
				tmp := testDir(t)
				cmd := self(v.name)
				cmd.Env = append(os.Environ(), "TMPDIR="+tmp, "GORACE=exitcode=0 atexit_sleep_ms=0 log_path="+os.DevNull)
				cmd.Stdout = nil
				cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
				stderr, err := startWithStderr(cmd)
				if err != nil {
					t.Fatal(err)
				}
				defer stderr.Close()
				stderr.SetReadDeadline(time.Now().Add(patience))
				ended := make(chan error, 1)
				go func() {
					_, err := io.ReadAll(stderr)
					ended <- err
				}()
				waitForEntry(t, tmp, ended)
				if err := kill(cmd.Process.Pid); err != nil {
					t.Error(err)
				}
				cmd.Wait() // it was killed: that is no news
				if err := <-ended; err != nil {
					t.Errorf("a child lives on: %v", err)
				}
				left, err := os.ReadDir(tmp)
				if err != nil {
					t.Error(err)
				}
				for _, e := range left {
					t.Errorf("left %s", e.Name())
				}
			})
		}
	}
}

// waitForEntry returns when there is something in the folder, or nobody left to put it there.
func waitForEntry(t *testing.T, dir string, ended chan error) {
	t.Helper()
	for len(ended) == 0 {
		if entries, err := os.ReadDir(dir); err != nil {
			t.Fatal(err)
		} else if len(entries) > 0 {
			return
		}
		time.Sleep(100 * time.Microsecond)
	}
}
