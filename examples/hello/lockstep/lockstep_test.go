package lockstep_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"example.com/lockstep/examples/hello/lockstep"
)

// patience ends a wait for something that should have happened at once.
const patience = 20 * time.Second

// environ names the variable that makes a process a child.
const environ = "LOCKSTEP_CHILD"

// testProgram is the program that the tests start: this test binary, in a role. With the
// environment variable it runs its variants as well, as a program of its own would.
func testProgram() *lockstep.Program {
	p := lockstep.New("program")
	p.Variant("greet", "says hello", func(f *lockstep.Flags) {
		n := f.Number("n", 1, 1, 3, "how often")
		f.Time("for", time.Second, time.Millisecond, time.Minute, "how long")
		f.Choice("kill", "", "kill one", "square", "cube")
		f.Schedule("schedule", "AB", "AB", "whose turn it is")
		f.Parse()
		for range *n {
			lockstep.Say("hello")
		}
	})
	p.Variant("talkers", "two children say what cannot be written", func(f *lockstep.Flags) {
		f.Parse()
		a, err := lockstep.Start("A", "talker")
		lockstep.Check(err)
		b, err := lockstep.Start("B", "talker")
		lockstep.Check(err)
		a.Allow()
		b.Allow()
		lockstep.Check(lockstep.WaitAll(a, b))
	})
	p.Variant("relays", "a child of a child says what cannot be written", func(f *lockstep.Flags) {
		f.Parse()
		a, err := lockstep.Start("A", "relay")
		lockstep.Check(err)
		lockstep.Check(a.Wait())
	})
	p.Variant("fails", "a child gives a reason", func(f *lockstep.Flags) {
		f.Parse()
		a, err := lockstep.Start("A", "failing")
		lockstep.Check(err)
		lockstep.Check(a.Wait())
	})
	p.Variant("chorus", "two goroutines fail at once", func(f *lockstep.Flags) {
		f.Parse()
		lockstep.Check(firstError{})
	})
	p.Variant("late", "starts a child when its input ends", func(f *lockstep.Flags) {
		f.Parse()
		io.Copy(io.Discard, os.Stdin)
		a, err := lockstep.Start("A", "failing")
		lockstep.Check(err)
		lockstep.Check(a.Wait())
	})
	p.Variant("norole", "starts what there is not", func(f *lockstep.Flags) {
		f.Parse()
		_, err := lockstep.Start("A", "nobody")
		lockstep.Check(err)
	})
	p.Role("talker", func(lockstep.Args) { lockstep.Turn(); lockstep.Say("100%% of %d", 3) })
	p.Role("relay", func(lockstep.Args) {
		b, err := lockstep.Start("B", "talker")
		lockstep.Check(err)
		b.Allow()
		lockstep.Check(b.Wait())
	})
	p.Role("failing", func(lockstep.Args) { lockstep.Check(errors.New("no money")) })
	p.Role("adder", adder)
	p.Role("depositor", depositor)
	p.Role("stuck", func(lockstep.Args) { lockstep.Turn(); lockstep.Done("stuck"); select {} })
	p.Role("measures", func(lockstep.Args) { lockstep.Done("%d", len(lockstep.Turn())) })
	p.Role("quits", func(lockstep.Args) { lockstep.Turn() })
	p.Role("pid", func(lockstep.Args) { lockstep.Turn(); lockstep.Done("%d", os.Getpid()); lockstep.Turn() })
	p.Role("parent", func(lockstep.Args) {
		child, err := lockstep.Start("child", "stuck")
		lockstep.Check(err)
		child.Step()
		lockstep.Turn()
		lockstep.Done("%d", child.Cmd.Process.Pid)
		select {}
	})
	p.Role("fdinfo", func(lockstep.Args) {
		lockstep.Turn()
		text, err := os.ReadFile("/proc/self/fdinfo/0")
		lockstep.Check(err)
		_, flags, _ := strings.Cut(string(text), "\n")
		lockstep.Done("%s", flags)
	})
	p.Role("sends", func(args lockstep.Args) {
		for range 1 << 20 {
			_, err := args.File(0).Write([]byte("x"))
			lockstep.Check(err)
		}
	})
	p.Role("environ", func(lockstep.Args) {
		_, there := os.LookupEnv(environ)
		lockstep.Turn()
		lockstep.Done("%v %q", there, os.Getenv("GREETING"))
	})
	return p
}

// adder adds what it is given to the number in a file.
func adder(args lockstep.Args) {
	for {
		order := lockstep.Turn()
		var n, more int
		text := make([]byte, 8)
		if k, err := args.File(0).ReadAt(text, 0); err != io.EOF {
			lockstep.Check(err)
		} else {
			text = text[:k]
		}
		if len(text) > 0 {
			_, err := fmt.Sscan(string(text), &n)
			lockstep.Check(err)
		}
		_, err := fmt.Sscan(order, &more)
		lockstep.Check(err)
		_, err = args.File(0).WriteAt(fmt.Appendf(nil, "%8d", n+more+args.Int(1)), 0)
		lockstep.Check(err)
		lockstep.Done("%d + %s", n, order)
	}
}

func TestMain(m *testing.M) {
	os.Setenv("GORACE", strings.TrimSpace("atexit_sleep_ms=0 "+os.Getenv("GORACE"))) // else each child sleeps at its end
	p := testProgram()
	if os.Getenv("LOCKSTEP_TEST_PROGRAM") != "" && os.Getenv(environ) == "" {
		p.Main()
	}
	p.Play()
	os.Exit(m.Run())
}

func start(t *testing.T, name, role string, args ...any) *lockstep.Process {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	p, err := lockstep.StartContext(ctx, name, role, args...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.End() })
	return p
}

func TestStepsComeInTheParentsOrder(t *testing.T) {
	t.Parallel()
	f, err := lockstep.Unnamed(0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	a, b := start(t, "A", "adder", f, 1), start(t, "B", "adder", f, 2)
	var got []string
	for _, s := range []struct {
		p     *lockstep.Process
		order any
	}{{a, 10}, {b, 20}, {b, "30"}, {a, 40}} {
		did, err := s.p.Step(s.order)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, did)
	}
	if want := []string{"0 + 10", "11 + 20", "33 + 30", "65 + 40"}; !slices.Equal(got, want) {
		t.Errorf("steps: %q, want %q", got, want)
	}
	if err := lockstep.EndAll(a, b); err != nil {
		t.Error(err)
	}
}

// A child that is gone is reported wherever somebody waits for it, with the same words each time.
func TestGone(t *testing.T) {
	t.Parallel()
	p := start(t, "A", "failing")
	_, err := p.Step()
	var e *lockstep.Error
	if !errors.As(err, &e) || e.Name != "A" || e.Reason != "no money" || err.Error() != "A: no money" {
		t.Errorf("Step of a failing process: %v", err)
	}
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Errorf("it ended with %v", e.Err)
	}
	if again := p.Wait(); again != p.End() || again.Error() != err.Error() {
		t.Errorf("Wait after it: %v", again)
	}
	if _, err := p.Answer(); err == nil || err.Error() != "A: no money" {
		t.Errorf("Answer after it: %v", err)
	}
	if _, err := start(t, "B", "quits").Step(); err == nil || err.Error() != "B: ended before its step was done" {
		t.Errorf("Step of a process that ends instead: %v", err)
	}
	killed := start(t, "C", "stuck")
	killed.Step()
	if err := killed.Kill(); err == nil || runtime.GOOS != "windows" && err.Error() != "C: signal: killed" {
		t.Errorf("Kill: %v", err)
	}
}

// End ends a process that will not take another turn, and so does the end of its parent.
func TestEnd(t *testing.T) {
	t.Parallel()
	p := start(t, "A", "stuck")
	if did, err := p.Step(); did != "stuck" || err != nil {
		t.Fatal(did, err)
	}
	p.Allow("an order that it will not read")
	p.Allow("and another")
	if err := p.End(); err != nil {
		t.Errorf("End: %v", err)
	}
}

// A child waits for its parent without keeping a processor: with GOMAXPROCS=1 a read that blocks
// would keep the only one from the child's work for milliseconds.
func TestLifelineDoesNotBlock(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("needs linux, and this is " + runtime.GOOS)
	}
	did, err := start(t, "A", "fdinfo").Step()
	if err != nil {
		t.Fatal(err)
	}
	var flags int
	if _, err := fmt.Sscanf(did, "flags: %o", &flags); err != nil || flags&syscall.O_NONBLOCK == 0 {
		t.Errorf("standard input of a child: %q, %v; want O_NONBLOCK among the flags", did, err)
	}
}

func TestLongOrder(t *testing.T) {
	t.Parallel()
	p := start(t, "A", "measures")
	if did, err := p.Step(strings.Repeat("x", 1<<17)); did != "131072" || err != nil {
		t.Errorf("the order has %q bytes, %v", did, err)
	}
}

// A child that does not take its turns still sees that there are no more.
func TestEndWithTurnsNotTaken(t *testing.T) {
	t.Parallel()
	p := start(t, "A", "stuck")
	p.Step()
	p.Allow()
	p.Allow()
	if err := p.End(); err != nil {
		t.Errorf("End: %v", err)
	}
}

func TestChildEndsWithItsParent(t *testing.T) {
	t.Parallel()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	p := lockstep.Command("parent", "parent")
	p.Cmd.Stdout = w // the child has it too: its end of file says that both are gone
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	if _, err := p.Step(); err != nil {
		t.Fatal(err)
	}
	p.Kill()
	gone := make(chan error)
	go func() { _, err := io.ReadAll(r); gone <- err }()
	select {
	case err := <-gone:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(patience):
		t.Error("the child lives on")
	}
}

// A goroutine that waits for a step is released when another kills the process, or its context ends.
func TestStepCanBeCutShort(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	byContext, err := lockstep.StartContext(ctx, "A", "stuck")
	if err != nil {
		t.Fatal(err)
	}
	byKill := start(t, "B", "stuck")
	for _, p := range []*lockstep.Process{byContext, byKill} {
		p.Step()
	}
	ended := make(chan error)
	for _, p := range []*lockstep.Process{byContext, byKill} {
		go func() { _, err := p.Step(); ended <- err }()
	}
	cancel()
	byKill.Kill()
	for range 2 {
		select {
		case err := <-ended:
			if err == nil {
				t.Error("the step of a killed process succeeded")
			}
		case <-time.After(patience):
			t.Fatal("a step waits for a dead process")
		}
	}
}

// A process that its parent keeps no reference to goes on all the same.
func TestForgottenProcessGoesOn(t *testing.T) {
	t.Parallel()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := lockstep.Start("A", "sends", w); err != nil {
		t.Fatal(err)
	}
	w.Close()
	io.ReadFull(r, make([]byte, 1)) // it is at work
	runtime.GC()
	runtime.GC()
	if rest, err := io.ReadAll(r); len(rest) != 1<<20-1 || err != nil {
		t.Errorf("%d bytes came, %v; want %d", len(rest)+1, err, 1<<20)
	}
}

func TestNotStarted(t *testing.T) {
	t.Parallel()
	p, err := lockstep.Start("A", "nobody")
	if err == nil || !strings.HasPrefix(err.Error(), `start A: there is no role "nobody"; there are: adder, depositor, `) {
		t.Errorf("Start in an unknown role: %v", err)
	}
	p.Allow()
	for what, err := range map[string]error{"Wait": p.Wait(), "End": p.End(), "Kill": p.Kill()} {
		if err == nil || err.Error() != "A: not started" {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := p.Step(); err == nil {
		t.Error("Step of a process that was not started succeeded")
	}
}

// The variable that makes a process a child ends with it: its own children are none by accident.
func TestEnvironment(t *testing.T) {
	t.Parallel()
	p := lockstep.Command("A", "environ")
	p.Cmd.Env = []string{"GREETING=hi"}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	if did, err := p.Step(); did != `false "hi"` || err != nil {
		t.Errorf("the child sees %s, %v", did, err)
	}
	if err := p.Wait(); err != nil {
		t.Error(err)
	}
}

// A child is the program that runs, even if another was put in its file since.
func TestSameProgram(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("needs linux, and this is " + runtime.GOOS)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	// A link, not a copy: a child that another test starts meanwhile would have the new file open for
	// writing, and nobody can start such a file.
	copied := t.TempDir() + "/program"
	if err := os.Link(self, copied); err != nil {
		t.Skip("needs a hard link from TMPDIR to the test binary: ", err)
	}
	cmd := exec.Command(copied, "late")
	cmd.Env = append(os.Environ(), "LOCKSTEP_TEST_PROGRAM=1")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	err = os.Remove(copied)
	if err == nil {
		err = os.WriteFile(copied, []byte("#!/bin/sh\necho another program\n"), 0o700)
	}
	in.Close() // and so it starts its child only now
	cmd.Wait()
	if err != nil {
		t.Fatal(err)
	}
	if out.String() != "program: A: no money\n" {
		t.Errorf("it said %q", out.String())
	}
}

// What the command line gets wrong is said in one sentence, with what is accepted; exit code 2.
func TestCommandLine(t *testing.T) {
	t.Parallel()
	usage := "usage: program [variant] [flags]; the flags of a variant: program variant -h\n" +
		"  greet          says hello\n" +
		"  talkers        two children say what cannot be written\n" +
		"  relays         a child of a child says what cannot be written\n" +
		"  fails          a child gives a reason\n" +
		"  chorus         two goroutines fail at once\n" +
		"  late           starts a child when its input ends\n" +
		"  norole         starts what there is not\n"
	for _, tt := range []struct {
		args           string
		code           int
		stdout, stderr string
	}{
		{"", 0, "hello\n", ""},
		{"-n 2", 0, "hello\nhello\n", ""},
		{"greet -n 3", 0, "hello\nhello\nhello\n", ""},
		{"-h", 0, usage, ""},
		{"--help", 0, usage, ""},
		{"nonsense", 2, "", "program: unknown variant \"nonsense\"\n" + usage},
		{"greet -x", 2, "", "program: flag provided but not defined: -x\n"},
		{"greet -n", 2, "", "program: flag needs an argument: -n\n"},
		{"greet -n 4", 2, "", "program: invalid value \"4\" for flag -n: want a whole number from 1 to 3\n"},
		{"greet -n one", 2, "", "program: invalid value \"one\" for flag -n: want a whole number from 1 to 3\n"},
		{"greet -for 0s", 2, "", "program: invalid value \"0s\" for flag -for: want a duration from 1ms to 1m0s\n"},
		{"greet -kill me", 2, "", "program: invalid value \"me\" for flag -kill: want one of square, cube\n"},
		{"greet -schedule AA", 2, "", "program: invalid value \"AA\" for flag -schedule: want the letters AB in any order\n"},
		{"greet word", 2, "", "program: unexpected argument \"word\": greet takes flags only\n"},
		{"failing", 2, "", "program: failing is a role that the program starts by itself; program -h lists what you can run\n"},
		{"failing a b c", 2, "", "program: failing is a role that the program starts by itself; program -h lists what you can run\n"},
		{"fails", 1, "", "program: A: no money\n"},
		{"norole", 1, "", "program: start A: there is no role \"nobody\"; there are: adder, depositor, environ, failing, fdinfo, measures, parent, pid, quits, relay, sends, stuck, talker\n"},
	} {
		t.Run(tt.args, func(t *testing.T) {
			t.Parallel()
			stdout, stderr, code := run(t, nil, strings.Fields(tt.args)...)
			if code != tt.code || stdout != tt.stdout || stderr != tt.stderr {
				t.Errorf("exit code %d, stdout %q, stderr %q", code, stdout, stderr)
			}
		})
	}
	stdout, _, code := run(t, nil, "greet", "-h")
	for _, want := range []string{"-n number", "from 1 to 3 (default 1)", "square, cube", "(default AB)", "from 1ms to 1m0s (default 1s)"} {
		if !strings.Contains(stdout, want) || code != 0 {
			t.Errorf("greet -h: exit code %d, no %q in:\n%s", code, want, stdout)
		}
	}
}

// run runs the test program with its output in a file, or where nil is given, collected.
func run(t *testing.T, out *os.File, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, args...)
	cmd.Env = append(os.Environ(), "LOCKSTEP_TEST_PROGRAM=1")
	var o, e bytes.Buffer
	cmd.Stdout, cmd.Stderr = &o, &e
	if out != nil {
		cmd.Stdout = out
	}
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return o.String(), e.String(), cmd.ProcessState.ExitCode()
}

// An output that is full gets one sentence, from one process; one that nobody reads gets none.
func TestOutputThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("needs /dev/full: ", err)
	}
	defer full.Close()
	for _, tt := range []struct{ args, stderr string }{
		{"-h", "program: write /dev/stdout: no space left on device\n"},
		{"greet -h", "program: write /dev/stdout: no space left on device\n"},
		{"greet", "program: write /dev/stdout: no space left on device\n"},
		{"talkers", "program: cannot write to standard output\n"},
		{"relays", "program: cannot write to standard output\n"},
	} {
		if _, stderr, code := run(t, full, strings.Fields(tt.args)...); code != 1 || stderr != tt.stderr {
			t.Errorf("%s: exit code %d, stderr %q", tt.args, code, stderr)
		}
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		r.Close()
		if _, stderr, code := run(t, w, strings.Fields(tt.args)...); code == 0 || stderr != "" {
			t.Errorf("%s, nobody reads: exit code %d, stderr %q", tt.args, code, stderr)
		}
		w.Close()
	}
}

// firstError lets another goroutine fail while the first is about to say why it has.
type firstError struct{}

func (firstError) Error() string {
	go lockstep.Check(errors.New("the second"))
	for range 100_000 {
		runtime.Gosched() // until it has spoken and ended the program, or waits
	}
	return "the first"
}

// A program says once why it ends, however many of its goroutines fail.
func TestOneSentence(t *testing.T) {
	t.Parallel()
	if _, stderr, code := run(t, nil, "chorus"); code != 1 || stderr != "program: the first\n" {
		t.Errorf("exit code %d, stderr %q", code, stderr)
	}
}

func TestSchedules(t *testing.T) {
	t.Parallel()
	for letters, want := range map[string][]string{
		"":     {""},
		"A":    {"A"},
		"BABA": {"AABB", "ABAB", "ABBA", "BAAB", "BABA", "BBAA"},
		"éa":   {"aé", "éa"},
	} {
		if got := lockstep.Schedules(letters); !slices.Equal(got, want) {
			t.Errorf("lockstep.Schedules(%q) = %q, want %q", letters, got, want)
		}
	}
	if n := len(lockstep.Schedules("AABBCC")); n != 90 {
		t.Errorf("AABBCC has %d schedules, want 90", n)
	}
}

// Opens of an unnamed file have one content and a position each; its folder never shows it after.
func TestUnnamed(t *testing.T) {
	tmp := t.TempDir()
	for _, name := range []string{"TMPDIR", "TMP", "TEMP"} {
		t.Setenv(name, tmp)
	}
	files, err := lockstep.UnnamedOpens(3, os.O_APPEND)
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range files {
		defer f.Close()
		if _, err := fmt.Fprint(f, i); err != nil {
			t.Fatal(err)
		}
	}
	text, err := io.ReadAll(io.NewSectionReader(files[1], 0, 100))
	if string(text) != "012" || err != nil {
		t.Errorf("they wrote %q, %v", text, err)
	}
	if left, err := os.ReadDir(tmp); len(left) > 0 && runtime.GOOS != "windows" || err != nil {
		t.Errorf("left in the temporary folder: %v, %v", left, err)
	}
}
