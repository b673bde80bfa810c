package script

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

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
