//go:build unix

package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
	"time"

	"example.com/lockstep/examples/hello/lockstep"
)

// limit is far more than it takes to notice a death. It only ever fails a test.
const limit = 20 * time.Second

// stressTime is how long the random kills go on: LOCKSTEP_STRESS=1m, for instance.
func stressTime(t *testing.T) time.Duration {
	if v := os.Getenv("LOCKSTEP_STRESS"); v != "" {
		d, err := time.ParseDuration(v)
		if err != nil {
			t.Fatalf("LOCKSTEP_STRESS: %v", err)
		}
		return d
	}
	if testing.Short() {
		return 200 * time.Millisecond
	}
	return time.Second
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
		size := leastSize + rand.IntN(capacity/2-16+1)
		out := &lines{}
		writer, reader, err := startRing(capacity, 1<<30, size, [2]string{"ring-writer", "ring-reader"}, out)
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
