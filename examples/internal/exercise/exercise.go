// Package exercise checks what a reader wrote for an exercise of the book.
//
// An exercise is a program in a folder of its own, examples/<concept>/exercise. In exercise.go there is a function that
// the reader writes; what is around it is given. Until then the function returns the error errNotBegun. The check runs
// the program, always in a process of its own, so that whatever happens there, the check goes on and has the last word:
//
//	func TestMain(m *testing.M) { exercise.Main(m, main, errNotBegun) }
//
//	func TestBackwards(t *testing.T) {
//		out := exercise.Run(t, "-n", "4")
//		out.Succeeds(t)
//		…
//	}
//
// What it asks for is behaviour: any right answer passes. That, and that wrong ones don't, is tested with the answers in
// testdata/<concept>/exercise: solution.go and alternative*.go must pass, and wrong-*.go must fail with what their first
// line says, // want: part of the message. A wrong answer that is nearly the solution is a patch of it, wrong-*.patch.
package exercise

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// The last lines of a check. It has passed only if it says so: that a process exits with 0 means nothing.
const (
	verdict = "exercise: passed"
	skipped = "exercise: not begun"
	lacking = "exercise: cannot be checked here"
)

// The environment of the program under check, and of all that it starts: with asProgram, a test binary is the program.
const (
	asProgram = "LOCKSTEP_EXERCISE"
	newLimit  = "LOCKSTEP_EXERCISE_LIMIT"
)

// most is how much a program may print before it is stopped, in bytes.
const most = 1 << 20

// limit is how long a program may run before the check fails. It is no measure of anything.
func limit() time.Duration {
	if d, err := time.ParseDuration(os.Getenv(newLimit)); err == nil {
		return d
	}
	return 20 * time.Second
}

var (
	notBegun      error
	ran, unbegun  atomic.Bool
	lacks         atomic.Bool
	errTooMuch    = fmt.Errorf("it printed more than %d bytes", most)
	errStillAlive = errors.New("it ended, and left processes behind that still hold its output")
)

// Main runs a test binary, which Run starts again as the program. The program fails with errNotBegun, on standard error
// and without a word on standard output, as long as the reader has not begun.
func Main(m *testing.M, program func(), errNotBegun error) {
	if os.Getenv(asProgram) != "" {
		program()
		os.Exit(0)
	}
	notBegun = errNotBegun
	code := m.Run()
	switch {
	case code == 0 && lacks.Load():
		fmt.Printf("%s\ntesting: warning: no tests to run\n", lacking)
	case code == 0 && unbegun.Load():
		// The second line makes go test add [no tests to run] to its ok, which would look like praise.
		fmt.Printf("%s\ntesting: warning: no tests to run\n", skipped)
	case code == 0 && ran.Load():
		fmt.Println(verdict)
	}
	os.Exit(code)
}

// Lacks skips a check that needs what this machine does not have, and says what.
func Lacks(t *testing.T, why error) {
	t.Helper()
	lacks.Store(true)
	t.Skip(why)
}

// Output is how a run of the program went.
type Output struct {
	Lines  []string // of standard output
	Stderr string
	Code   int // the exit status, -1 after a signal
	Pid    int
}

// Run runs the reader's program in a process of its own and returns how it went. It skips the test if the reader has not
// begun. It fails if the program does not end, prints without an end, panics, or leaves processes behind.
func Run(t *testing.T, args ...string) Output {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), limit())
	defer cancel()
	cmd := exec.CommandContext(ctx, self, args...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	var stdout, stderr bounded
	stdout.full, stderr.full = cancel, cancel
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.WaitDelay = 2 * time.Second // for processes that outlive the program and hold its output
	own(cmd)
	ran.Store(true)
	err = cmd.Run()
	end(cmd)
	var exit *exec.ExitError
	text, much := stdout.read()
	errText, muchToo := stderr.read()
	out := Output{Stderr: strings.TrimSpace(errText)}
	if text != "" {
		out.Lines = strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	}
	if cmd.Process != nil {
		out.Pid, out.Code = cmd.Process.Pid, cmd.ProcessState.ExitCode()
	}
	switch {
	case much || muchToo:
		err = errTooMuch
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		err = fmt.Errorf("it did not end within %v: somebody waits for what never comes", limit())
	case errors.Is(err, exec.ErrWaitDelay):
		err = errStillAlive
	case strings.Contains(out.Stderr, "\ngoroutine ") && out.Code == 2:
		err = errors.New("it crashed")
	case errors.As(err, &exit):
		err = nil // the caller decides what the exit status should be
	}
	if err != nil {
		t.Fatalf("your program, run with %q: %v\n%s", args, err, out)
	}
	// A child may have said so, and its parent that the child failed.
	said := func(line string) bool { return strings.HasSuffix(strings.TrimSpace(line), notBegun.Error()) }
	if out.Code != 0 && len(out.Lines) == 0 && slices.ContainsFunc(strings.Split(out.Stderr, "\n"), said) {
		unbegun.Store(true)
		t.Skip(notBegun)
	}
	return out
}

// Succeeds fails the test unless the program exited with 0.
func (o Output) Succeeds(t *testing.T) {
	t.Helper()
	if o.Code != 0 {
		t.Fatalf("your program failed\n%s", o)
	}
}

// String says how the run went, for a message.
func (o Output) String() string {
	text := fmt.Sprintf("exit status %d", o.Code)
	for _, part := range []struct{ name, text string }{{"standard output", strings.Join(o.Lines, "\n")}, {"standard error", o.Stderr}} {
		if part.text == "" {
			text += "\nnothing on " + part.name
		} else {
			text += "\n" + part.name + ":\n\t" + strings.ReplaceAll(shortened(part.text), "\n", "\n\t")
		}
	}
	return text
}

func shortened(text string) string {
	if lines := strings.Split(text, "\n"); len(lines) > 30 {
		return strings.Join(lines[:30], "\n") + fmt.Sprintf("\n… and %d lines more", len(lines)-30)
	}
	return text
}

// bounded keeps what is written to it, up to most bytes, and calls full when there is more. What a process left behind
// writes may come while the text is read.
type bounded struct {
	mu   sync.Mutex // guards text and over
	text []byte
	over bool
	full func()
}

func (b *bounded) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.text)+len(p) > most {
		b.over = true
		b.full()
		return 0, errTooMuch
	}
	b.text = append(b.text, p...)
	return len(p), nil
}

func (b *bounded) read() (text string, over bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return string(b.text), b.over
}
