//go:build unix

package main

import (
	"bytes"
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/lockstep/examples/hello/lockstep"
)

// The ring's protocol holds in every interleaving, and the model that says so can say no: each of
// its faults is found, for the expected reason.
func TestModel(t *testing.T) {
	for tool, hint := range map[string]string{"spin": "apt-get install spin", "cc": "apt-get install gcc"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("the model of the ring needs %s: %s", tool, hint)
		}
	}
	// Read here and not by spin, so that go test's cache knows of it.
	model, err := os.ReadFile("../../testdata/sharedmem/ring.pml")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name  string
		fault []string // for spin
		build string   // for the compiler
		run   []string // for the checker
		want  string
	}{
		{"safe, all of it reached", nil, "-DSAFETY", nil, `errors: 0\n(?s:.*)proctype writer\n\t\(0 of .*\n.*proctype reader\n\t\(0 of `},
		{"no circles", nil, "-DNP", []string{"-l"}, `errors: 0\n`},
		{"tail before the message", []string{"-DEARLY"}, "-DSAFETY", nil, `assertion violated \(\(a==next\)`},
		{"head before the reading", []string{"-DREUSE"}, "-DSAFETY", nil, `assertion violated \(\(a==next\)`},
		{"flag after the look", []string{"-DLATEFLAG"}, "-DSAFETY", nil, `invalid end state`},
		{"death after the look", []string{"-DDEADLAST"}, "-DSAFETY", nil, `assertion violated \(next==tail\)`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			run := func(name string, args ...string) string {
				cmd := exec.Command(name, args...)
				cmd.Dir = dir
				out, err := cmd.CombinedOutput()
				if err != nil {
					t.Fatalf("%s: %v\n%s", cmd, err, out)
				}
				return string(out)
			}
			if err := os.WriteFile(filepath.Join(dir, "ring.pml"), model, 0o600); err != nil {
				t.Fatal(err)
			}
			run("spin", append(append([]string{"-a"}, test.fault...), "ring.pml")...)
			run("cc", "-w", test.build, "-o", "pan", "pan.c")
			out := run(filepath.Join(dir, "pan"), append(test.run, "-m100000")...)
			if !regexp.MustCompile(test.want).MatchString(out) {
				t.Errorf("no match for %s in\n%s", test.want, out)
			}
			if strings.Contains(out, "max search depth too small") {
				t.Error("the search was cut short")
			}
			t.Log(regexp.MustCompile(`\d+ states, stored`).FindString(out))
		})
	}
}

// limit is far more than it takes to notice a death. It only ever fails a test.
const limit = 20 * time.Second

// stressTime is how long the random kills go on: LOCKSTEP_STRESS=1m, for instance, or a second.
func stressTime(t *testing.T) time.Duration {
	d, err := time.ParseDuration(cmp.Or(os.Getenv("LOCKSTEP_STRESS"), "1s"))
	if err != nil {
		t.Fatalf("LOCKSTEP_STRESS: %v", err)
	}
	return d
}

// lines collects what several children print.
type lines struct {
	mu  sync.Mutex // guards buf
	buf bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

// What the survivor says, and how it ends.
var survives = map[string]*regexp.Regexp{
	"reader": regexp.MustCompile(`^\[reader\] has taken \d+ messages, each whole and in its place
reader: ring: the other side died without closing$`),
	"writer": regexp.MustCompile(`^writer: ring: the other side died without closing$`),
}

// Either side of a ring under load is killed at a random moment. The other ends by itself, with
// the error, and had no message that was not whole.
func TestRandomKills(t *testing.T) {
	files := openFiles()
	rounds := 0
	for end := time.Now().Add(stressTime(t)); time.Now().Before(end); rounds++ {
		capacity := 64 << rand.IntN(14)
		size := 8 + rand.IntN(capacity/2-16+1)
		out := &lines{}
		writer, reader, err := startRing(capacity, 1<<30, size, "", out)
		if err != nil {
			t.Fatal(err)
		}
		victim, survivor := writer, reader
		if rand.IntN(2) == 0 {
			victim, survivor = reader, writer
		}
		// A moment anywhere between the start of the processes and some thousand messages.
		time.Sleep(time.Duration(rand.IntN(20_000)) * time.Microsecond)
		if err := victim.Kill(); err == nil || err.Error() != victim.Name+": signal: killed" {
			t.Errorf("the victim: %v", err)
		}
		err = endSoon(survivor)
		if got := out.buf.String() + fmt.Sprint(err); !survives[survivor.Name].MatchString(got) {
			t.Errorf("ring of %d, messages of %d: the survivor ends with\n%s", capacity, size, got)
		}
		if t.Failed() {
			break
		}
	}
	if left := openFiles(); left > files {
		t.Errorf("%d files are open, %d before", left, files)
	}
	t.Logf("%d kills", rounds)
}

// endSoon waits for a child, kills it at the limit, and says how it ended.
func endSoon(child *lockstep.Process) error {
	late := time.AfterFunc(limit, func() { child.Kill() })
	err := child.Wait()
	if !late.Stop() {
		return fmt.Errorf("still there after %v", limit)
	}
	return err
}

// openFiles counts this process's descriptors; where there is no /proc it finds none.
func openFiles() int {
	fds, _ := filepath.Glob("/proc/self/fd/*")
	return len(fds)
}
