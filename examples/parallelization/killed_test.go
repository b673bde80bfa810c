package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"testing"
)

// A process that is killed is named, at whatever step, and the others end.
func TestKilledAtEveryStep(t *testing.T) {
	steps := map[string]func(c *crew, n int) error{
		"before a request": func(*crew, int) error { return nil },
		"after a request":  func(c *crew, n int) error { return c.all(opAdd, n) },
		"in its middle":    func(c *crew, n int) error { return c.all(opAddHalf, n) },
	}
	for name, before := range steps {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const n = 1000
			_, mem, err := sharedVectors(n)
			if err != nil {
				t.Skip(err) // not on this system
			}
			defer mem.close()
			c, err := startCrew(3, mem, "add-child", new(meter))
			if err != nil {
				t.Fatal(err)
			}
			if err := before(c, n); err != nil {
				t.Fatal(err)
			}
			if err := c.workers[1].cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			op := opAdd
			if name == "in its middle" {
				op = opGoOn
			}
			if err := c.end(c.all(op, n)); err == nil || err.Error() != "process 2: signal: killed" {
				t.Errorf("error = %v", err)
			}
			for _, w := range c.workers {
				if w.cmd.ProcessState == nil {
					t.Errorf("process %d was not waited for", w.number)
				}
			}
		})
	}
}

// The whole program says so with exit code 1.
func TestKilledIsAFailure(t *testing.T) {
	if mem, err := newMemory(1); err != nil {
		t.Skip(err) // not on this system
	} else if err := mem.close(); err != nil {
		t.Error(err)
	}
	cmd := self("warm", "-n", "1001", "-p", "3", "-halt")
	var stderr strings.Builder
	cmd.Stdout, cmd.Stderr = nil, &stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var killed error = os.ErrProcessDone
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var pid int
		if _, err := fmt.Sscanf(lines.Text(), "[process 2] pid %d has added", &pid); err == nil {
			if p, err := os.FindProcess(pid); err == nil {
				killed = p.Kill()
			}
		}
		if strings.HasPrefix(lines.Text(), "all are half-way") {
			in.Close() // Enter: whoever is alive goes on
		}
	}
	cmd.Wait() // the exit code tells how
	const want = "parallelization: process 2: signal: killed\n"
	if code := cmd.ProcessState.ExitCode(); killed != nil || code != 1 || stderr.String() != want {
		t.Errorf("killing process 2: %v; exit code %d, stderr %q", killed, code, stderr.String())
	}
}
