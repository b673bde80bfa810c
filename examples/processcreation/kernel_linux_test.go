package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// runProgram runs a variant of the program under test with a daemon's folder.
func runProgram(t *testing.T, dir string, args ...string) (string, error) {
	t.Helper()
	cmd, err := self(append(args, "-dir", dir)...)
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// startDaemon starts a daemon that holds the lock on the pid file it returns, and its number.
func startDaemon(t *testing.T, dir string) (*os.File, int) {
	t.Helper()
	t.Cleanup(func() { runProgram(t, dir, "stop") }) // should this test fail half-way
	if out, err := runProgram(t, dir, "daemon"); err != nil {
		t.Fatalf("daemon: %v: %s", err, out)
	}
	f, held, err := lockPidFile(filepath.Join(dir, pidName), 0)
	if err != nil || !held {
		t.Fatalf("the pid file of a running daemon: held %t, %v", held, err)
	}
	t.Cleanup(func() { f.Close() })
	text, err := os.ReadFile(f.Name())
	if err != nil {
		t.Fatal(err)
	}
	pid, err := parsePid(string(text))
	if err != nil {
		t.Fatal(err)
	}
	return f, pid
}

// TestKilledDaemon kills a daemon: its pid file stays, and is known to be of no living process.
func TestKilledDaemon(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	f, pid := startDaemon(t, dir)
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	// The lock is free when the daemon has ended.
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	f.Close()
	out, err := runProgram(t, dir, "stop")
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
		f, held, err := lockPidFile(path, 0)
		if err != nil || held {
			t.Fatalf("lock: held %t, %v", held, err)
		}
		out, err := runProgram(t, dir, "stop")
		if _, ok := err.(*exec.ExitError); !ok || !strings.Contains(out, "want a process number") {
			t.Errorf("stop with pid file %.20q: %v, %q", text, err, out)
		}
		f.Close()
	}
}

// FuzzParsePid holds that what is read is what a daemon writes, and a number that a signal may go to.
func FuzzParsePid(f *testing.F) {
	for _, text := range []string{"4711\n", "2\n", "2147483647\n", "4711", "1\n", "0\n", "-1\n", "-4711\n",
		"+7\n", "007\n", "7 \n", " 7\n", "7\n7\n", "2147483648\n", "x\n", "\n", "", "7\x00\n", "0x10\n", "1_000\n"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		pid, err := parsePid(text)
		if err != nil {
			if pid != 0 || strings.Count(err.Error(), "\n") > 0 {
				t.Errorf("parsePid(%q) = %d, %q: want 0 and one line", text, pid, err)
			}
			return
		}
		if pid < 2 || text != strconv.Itoa(pid)+"\n" {
			t.Errorf("parsePid(%q) = %d", text, pid)
		}
	})
}

// TestPidReuseRefuses starts the role by hand, outside a namespace of its own, where root would set
// the process numbers of the whole system.
func TestPidReuseRefuses(t *testing.T) {
	cmd, err := self("pidreuse-init", "init", "false")
	if err != nil {
		t.Fatal(err)
	}
	cmd.Env = append(os.Environ(), "LOCKSTEP_CHILD=2") // as lockstep tells a child: answers go to descriptor 2
	var answers bytes.Buffer
	cmd.Stderr = &answers
	in, err := cmd.StdinPipe() // its lifeline
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	if err := cmd.Run(); err == nil || !strings.Contains(answers.String(), "not process 1") {
		t.Errorf("outside a namespace: %v, %q: want a refusal since it is not process 1", err, answers.String())
	}
}
