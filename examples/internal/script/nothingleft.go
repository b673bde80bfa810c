package script

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patience ends a wait for something that should happen at once.
const patience = time.Minute // a busy machine may read a program from its disk for many seconds

// NothingIsLeft runs each variant of the program under test and kills it with SIGKILL: before its
// first line, and after each line that it prints (of many lines, after some). Then no process and no file may be left. With
// -short it is killed only after the first line.
//
// The variants are those that the program lists with -h. For one that needs flags, args has them.
func NothingIsLeft(t *testing.T, args map[string]string) {
	if runtime.GOOS == "windows" {
		t.Skip("needs a Unix system, and this is windows: no process can be killed by a signal")
	}
	for _, v := range Variants(t) {
		t.Run(v, func(t *testing.T) {
			t.Parallel()
			words := append([]string{v}, strings.Fields(args[v])...)
			if testing.Short() {
				killAfter(t, 1, words)
				return
			}
			for lines := 0; killAfter(t, lines, words) == lines && !t.Failed(); lines = next(lines) {
			}
		})
	}
}

// next is the number of lines to kill after next: each of the first, and then ever fewer, for some
// programs print thousands.
func next(lines int) int { return lines + 1 + lines/16*lines/16 }

// Variants returns the names of the variants that the program under test lists with -h.
func Variants(t *testing.T) []string {
	t.Helper()
	list, err := underTest("-h").Output()
	if err != nil {
		t.Fatalf("-h: %v", err)
	}
	var names []string
	for _, m := range regexp.MustCompile(`(?m)^  (\w\S*) +\S`).FindAllSubmatch(list, -1) {
		names = append(names, string(m[1]))
	}
	if len(names) == 0 {
		t.Fatalf("-h lists no variant:\n%s", list)
	}
	return names
}

// underTest returns a command that runs the program under test, which is this test binary.
func underTest(args ...string) *exec.Cmd {
	self, err := os.Executable()
	cmd := exec.Command(self, args...)
	if err != nil {
		cmd.Err = err
	}
	// A process built with the race detector sleeps for a second at its end, unless told not to.
	cmd.Env = append(os.Environ(), asProgram+"=1", "GORACE="+strings.TrimSpace("atexit_sleep_ms=0 "+os.Getenv("GORACE")))
	return cmd
}

// killAfter runs the program, kills it when it has printed n lines, and returns how many it printed
// before it was killed or had ended.
func killAfter(t *testing.T, n int, args []string) (printed int) {
	t.Helper()
	tmp := t.TempDir()
	mark := fmt.Sprintf("%s-%d-%d", args[0], os.Getpid(), time.Now().UnixNano())
	cmd := underTest(args...)
	cmd.Env = append(cmd.Env, "TMPDIR="+tmp, marker+"="+mark)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = w, &stderr
	cmd.WaitDelay = patience
	err = cmd.Start()
	w.Close()
	if err != nil {
		t.Fatal(err)
	}
	r.SetReadDeadline(time.Now().Add(patience))
	for in := bufio.NewReader(r); printed < n; printed++ {
		if _, err := in.ReadString('\n'); err == io.EOF {
			break
		} else if err != nil {
			cmd.Process.Signal(syscall.SIGQUIT) // so that its goroutines say where they are
			cmd.Wait()
			t.Errorf("%s: after %d lines: %v\n%s", strings.Join(args, " "), printed, err, &stderr)
			break
		}
	}
	cmd.Process.Kill() // it may have ended
	cmd.Wait()         // until nobody has its standard error any more
	failOnLeftovers(t, mark)
	left, err := os.ReadDir(tmp)
	if err != nil {
		t.Error(err)
	}
	for _, e := range left {
		t.Errorf("%s, killed after %d lines, left %s", strings.Join(args, " "), printed, e.Name())
	}
	return printed
}

// marker is the environment variable by which the processes of a script are found.
const marker = "LOCKSTEP_SCRIPT"

// grace is how long processes may take to notice that their parent is gone.
const grace = 2 * time.Second

// failOnLeftovers fails the test if a process with the mark in its environment is still alive
// after the grace period, and kills it. It reads /proc; elsewhere than on Linux it finds nothing.
func failOnLeftovers(t *testing.T, mark string) {
	left := marked(mark)
	for end := time.Now().Add(grace); len(left) > 0 && time.Now().Before(end); left = marked(mark) {
		time.Sleep(5 * time.Millisecond)
	}
	// A killed process may have been about to start another: look until there is none.
	for range 100 {
		if len(left) == 0 {
			return
		}
		for _, pid := range left {
			t.Errorf("left behind a process: %s", describe(pid))
			if p, err := os.FindProcess(pid); err == nil {
				p.Kill()
			}
		}
		time.Sleep(5 * time.Millisecond)
		left = marked(mark)
	}
}

func marked(mark string) []int {
	files, _ := filepath.Glob("/proc/[0-9]*/environ")
	want := []byte(marker + "=" + mark + "\x00")
	var pids []int
	for _, file := range files {
		env, err := os.ReadFile(file)
		if err != nil || !bytes.Contains(append(env, 0), want) {
			continue // gone since, or not ours
		}
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file))); err == nil && pid != os.Getpid() {
			pids = append(pids, pid)
		}
	}
	return pids
}

func describe(pid int) string {
	cmdline, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	args := strings.Split(strings.TrimSuffix(string(cmdline), "\x00"), "\x00")
	args[0] = filepath.Base(args[0])
	return fmt.Sprintf("%s (pid %d)", strings.Join(args, " "), pid)
}
