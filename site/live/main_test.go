package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"example.com/lockstep/examples/mpi/launch"
)

// mainRole names the environment variable that makes the test binary the program.
const mainRole = "LOCKSTEP_TEST_MAIN"

// program returns a command that runs live in a folder, on a machine without a display.
func program(ctx context.Context, dir string, args ...string) *exec.Cmd {
	live := exec.CommandContext(ctx, os.Args[0], args...)
	live.Dir = dir
	live.Env = append(os.Environ(), mainRole+"=1", "DISPLAY=", "WAYLAND_DISPLAY=")
	return live
}

// What cannot be done is said in one sentence.
func TestRefusals(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	port := fmt.Sprint(taken.Addr().(*net.TCPAddr).Port)
	for _, tt := range []struct {
		name, dir string
		args      []string
		code      int
		says      string
	}{
		{"the port is taken", realBook(t), []string{"-port", port}, 1, "live: port " + port + " of 127.0.0.1 is taken"},
		{"no port", realBook(t), []string{"-port", "0"}, 2, "a port from 1 to 65535"},
		{"an argument", realBook(t), []string{"bank"}, 2, "want no arguments"},
		{"not in the book", t.TempDir(), nil, 1, "is not in the book's folder"},
		{"a supervisor by hand", t.TempDir(), []string{superviseRole}, 2, "started by the server, and not by hand"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			out, err := program(t.Context(), tt.dir, tt.args...).CombinedOutput()
			exit, ok := err.(*exec.ExitError)
			if !ok || exit.ExitCode() != tt.code || !strings.Contains(string(out), tt.says) || strings.Count(string(out), "\n") != 1 {
				t.Errorf("%v, %q; want exit code %d and one sentence with %q", err, out, tt.code, tt.says)
			}
		})
	}
}

// From its start to Ctrl-C: the link works, without a browser it says so, and nothing is left.
func TestFromStartToEnd(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("needs linux: elsewhere a browser opens")
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := fmt.Sprint(free.Addr().(*net.TCPAddr).Port)
	free.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	temp := t.TempDir()
	live := program(ctx, realBook(t), "-port", port)
	live.Env = append(live.Env, "TMPDIR="+temp)
	stdout, err := live.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := live.Start(); err != nil {
		t.Fatal(err)
	}
	said, link := "", ""
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		said += lines.Text() + "\n"
		if _, after, ok := strings.Cut(lines.Text(), "http://"); ok {
			link = "http://" + after
		}
		if strings.HasPrefix(lines.Text(), "No browser") {
			break
		}
	}
	if link == "" {
		t.Fatalf("no link: %s", said)
	}
	response, err := http.Get(link)
	if err != nil {
		t.Fatal(err)
	}
	page, _ := io.ReadAll(response.Body)
	response.Body.Close()
	if !strings.Contains(string(page), added) {
		t.Errorf("the link leads to %.200q", page)
	}
	live.Process.Signal(os.Interrupt)
	io.Copy(io.Discard, stdout)
	if err := live.Wait(); err != nil {
		t.Errorf("it ends with %v", err)
	}
	if left, _ := os.ReadDir(temp); len(left) > 0 {
		t.Errorf("it has left %v", left)
	}
}

// Without a launcher, a run says how to get one.
func TestNoLauncher(t *testing.T) {
	defer func(usual func() []launch.Launcher) { launch.Launchers = usual }(launch.Launchers)
	launch.Launchers = func() []launch.Launcher { return nil }
	s, home := started(t, realBook(t), "")
	can, _ := allPhases(t, s)
	for _, id := range can {
		p, err := s.phase(id)
		if err != nil {
			t.Fatal(err)
		}
		if how, _ := p.plan(p.runs[0]); how.ranks != nil {
			end := last(events(t, t.Context(), s, home+"/-/run", runOf(id)))
			if end.Kind != "error" || !strings.Contains(end.Text, launch.Install) {
				t.Errorf("%s:%d: %+v, want it to say how to get a launcher", id.Script, id.Line, end)
			}
			return
		}
	}
	t.Fatal("no phase of the book runs under mpirun")
}
