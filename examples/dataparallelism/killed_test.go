package main

import (
	"io"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// Children with the race detector would sleep for a second at their end: half of the time after
// which a test takes them for left behind.
func init() { os.Setenv("GORACE", strings.TrimSpace("atexit_sleep_ms=0 "+os.Getenv("GORACE"))) }

// Whenever a process dies, the count says which, and ends.
func TestADeadProcessIsNamedAtEveryStep(t *testing.T) {
	in := textInput(t, strings.Repeat("some words\n", 1000))
	job := wordJob{schedule: "cyclic", chunk: 2500, ends: lineEnds, limit: 1 << 20}
	steps := map[string]func(c crew) (string, error){
		"before the first request": func(c crew) (string, error) { return "", nil },
		"after it has opened the file": func(c crew) (string, error) {
			return "", c[1].open(in, job)
		},
		"with a range to count": func(c crew) (string, error) {
			halting := job
			halting.halt = true
			if err := c[1].open(in, halting); err != nil {
				return "", err
			}
			return c[1].ask("count 0 5000") // it waits half-way
		},
	}
	for step, reach := range steps {
		t.Run(step, func(t *testing.T) {
			c, err := startCrew(3, "words-child", "0")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := reach(c); err != nil {
				t.Fatal(err)
			}
			c[1].kill()
			_, err = c.countWords(in, job, func(entry) {})
			wantKilled(t, c.end(err))
		})
	}
	t.Run("in the middle of its table", func(t *testing.T) {
		c, err := startCrew(3, "words-child", "0")
		if err != nil {
			t.Fatal(err)
		}
		var many strings.Builder
		for i := range 20_000 { // more than a pipe holds, so that it cannot have sent all
			many.WriteString(strings.Repeat("x", 1+i%50) + string(rune('a'+i%26)) + strings.Repeat("y", i/50) + "\n")
		}
		large := textInput(t, many.String())
		job.chunk, job.limit = 1<<17, 1<<28
		_, err = c.countWords(large, job, func(e entry) { c[1].kill() })
		wantKilled(t, c.end(err))
	})
}

func wantKilled(t *testing.T, err error) {
	t.Helper()
	if err == nil || !strings.HasPrefix(err.Error(), "process 2: ") || strings.Contains(err.Error(), "\n") {
		t.Errorf("%v, want process 2's end and nothing else", err)
	}
}

// So do the picture, the gathering and the sums.
func TestADeadProcessIsNamedByEveryCrew(t *testing.T) {
	in := textInput(t, strings.Repeat("some words\n", 1000))
	pixels := make([]byte, 50*25)
	crews := map[string]func(c crew) error{
		"rows-child":     func(c crew) error { return c.paint(pixels, view{50, 25}, "cyclic", 2) },
		"gather-child":   func(c crew) error { return c.gather(in, "321", io.Discard) },
		"floatsum-child": func(c crew) error { _, err := c.sumRanges(1000); return err },
		"treesum-child":  func(c crew) error { _, err := c.sumBlocks(1_000_000); return err },
	}
	start := func(t *testing.T, role string) crew {
		c, err := startCrew(3, role)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	for role, work := range crews {
		t.Run(role, func(t *testing.T) {
			c := start(t, role)
			err := work(c)
			if err == nil {
				c[1].kill() // between one task and the next
				err = work(c)
			}
			wantKilled(t, c.end(err))
		})
	}
	t.Run("in the middle of its rows", func(t *testing.T) {
		c := start(t, "rows-child")
		v := view{2000, 1000} // more than a pipe holds, so that it cannot have sent all
		err := c[1].order("rows", "rows %d %d 0 100", v.width, v.height)
		if err == nil {
			c[1].kill()
			_, err = io.ReadFull(c[1].out, make([]byte, 100*v.width))
		}
		wantKilled(t, c.end(c[1].fault(err)))
	})
	t.Run("in the middle of the gathering", func(t *testing.T) {
		c := start(t, "gather-child")
		kill := writer(func() { c[1].kill() }) // when the first piece arrives
		wantKilled(t, c.end(c.gather(in, "132", kill)))
	})
}

// A writer calls itself for each write.
type writer func()

func (w writer) Write(p []byte) (int, error) { w(); return len(p), nil }

// Whenever the parent is killed, no process is left, and on Linux no file.
func TestNothingOutlivesItsParent(t *testing.T) {
	const tries, patience = 6, 2 * time.Second
	runs := [][]string{
		{"words"}, {"words", "-halt"}, {"exercise", "-halt"}, {"offbyone"}, {"gather"}, {"slurp"},
		{"schedule", "-chunk", "1"}, {"mandelbrot", "-width", "4000"},
		{"floatsum", "-n", "1000000000"}, {"treesum", "-n", "1000000000"},
	}
	for _, args := range runs {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			t.Parallel()
			for try := range tries {
				folder := t.TempDir()
				killLater(t, time.Duration(try*try)*time.Millisecond, patience, folder, args)
				left, err := os.ReadDir(folder)
				if runtime.GOOS == "linux" && (err != nil || len(left) > 0) {
					t.Errorf("killed in try %d: left %v (%v)", try, left, err)
				}
			}
		})
	}
}

// killLater kills the program after a while, and waits for its children: they have
// its standard error, or its standard output, whose end is theirs.
func killLater(t *testing.T, later, patience time.Duration, folder string, args []string) {
	cmd := self(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), "TMPDIR="+folder)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cmd.Stdout, cmd.Stderr = w, w
	in, err := cmd.StdinPipe() // open, lest -halt goes on
	if err == nil {
		err = cmd.Start()
	}
	w.Close()
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(later) // any time will do
	cmd.Process.Kill()
	in.Close()
	cmd.Wait()
	if err := r.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Skip(err)
	}
	if _, err := io.Copy(io.Discard, r); err != nil {
		t.Errorf("killed after %v: a process is alive: %v", later, err)
	}
}
