package script

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"example.com/lockstep/examples/hello/lockstep"
)

// planted is a program with one good variant, and others that have a fault each. The environment
// may choose some.
func planted() *lockstep.Program {
	p := lockstep.New("planted")
	variant := func(name, does string, run func(f *lockstep.Flags)) {
		if only := os.Getenv("PLANTED"); only == "" || slices.Contains(strings.Fields(only), name) {
			p.Variant(name, does, run)
		}
	}
	variant("good", "has no fault", func(f *lockstep.Flags) {
		n := f.Number("n", 2, 1, 3, "how many children")
		f.Time("for", time.Second, time.Millisecond, time.Minute, "how long, if it took long")
		f.Parse()
		var children []*lockstep.Process
		for i := range *n {
			c, err := lockstep.Start(fmt.Sprintf("child %d", i+1), "speaker")
			lockstep.Check(err)
			children = append(children, c)
		}
		for _, c := range children {
			_, err := c.Step()
			lockstep.Check(err)
		}
		lockstep.Check(lockstep.WaitAll(children...))
		lockstep.Say("done")
	})
	simple := func(name string, run func()) {
		variant(name, "has the fault of its name", func(f *lockstep.Flags) { f.Parse(); run() })
	}
	simple("hangs", func() { time.Sleep(time.Hour) })
	simple("panics", func() { panic("planted") })
	simple("fails-silently", func() { os.Exit(1) })
	simple("fails-and-says-so", func() { lockstep.Check(errors.New("no")) })
	simple("exits-with-3", func() { fmt.Fprintln(os.Stderr, "planted: no"); os.Exit(3) })
	simple("complains-and-exits-with-0", func() { fmt.Fprintln(os.Stderr, "planted: no") })
	simple("says-it-twice", func() { fmt.Fprintln(os.Stderr, "planted: no\nplanted: no"); os.Exit(1) })
	simple("leaves-a-process", func() { abandon(os.Environ()) })
	simple("leaves-a-process-without-the-mark", func() { abandon([]string{asProgram + "=1"}) })
	simple("leaves-a-file", func() { litter(os.TempDir()) })
	simple("leaves-a-file-in-memory", func() { litter("/dev/shm") })
	simple("ignores-a-full-output", func() { fmt.Println("line") })
	simple("complains-of-its-reader", func() {
		signal.Ignore(syscall.SIGPIPE)
		if _, err := fmt.Println("line"); err != nil {
			fmt.Fprintln(os.Stderr, "planted:", err)
			os.Exit(1)
		}
	})
	simple("needs-a-simple-TMPDIR", func() {
		if words := strings.Fields(os.TempDir()); len(words) > 1 {
			lockstep.Check(errors.New(words[1]))
		}
	})
	simple("ignores-a-death", func() {
		c, err := lockstep.Start("child", "speaker")
		lockstep.Check(err)
		lockstep.Say("line")
		c.Step()
		c.Wait()
	})
	variant("accepts-any-number", "has the fault of its name", func(f *lockstep.Flags) {
		f.Int("n", 2, "takes a `number` from 1 to 3 (default 2)")
		f.Parse()
	})
	variant("hangs-at-its-limit", "has the fault of its name", func(f *lockstep.Flags) {
		n := f.Number("n", 2, 1, 3, "how many")
		f.Parse()
		if *n == 3 {
			time.Sleep(time.Hour)
		}
	})
	simple("facts", facts)
	p.Role("speaker", func(lockstep.Args) {
		lockstep.Turn()
		lockstep.Say("hello")
		lockstep.Done("")
	})
	return p
}

// abandon starts a child that lives on.
func abandon(env []string) {
	self, err := os.Executable()
	lockstep.Check(err)
	child := exec.Command(self, "wait")
	child.Env = env
	lockstep.Check(child.Start())
}

func litter(dir string) { lockstep.Check(os.WriteFile(filepath.Join(dir, "litter"), nil, 0o600)) }

// facts says what a process can see of the conditions.
func facts() {
	lockstep.Say("uid %d, TMPDIR of %d bytes", os.Getuid(), len(os.TempDir()))
	dir, _ := os.Getwd()
	lockstep.Say("home beside TMPDIR: %v", dir == os.Getenv("HOME") && filepath.Dir(dir) == filepath.Dir(os.TempDir()))
	processes, _ := filepath.Glob("/proc/[0-9]*")
	lockstep.Say("%d processes", min(1, len(processes)))
	_, err := os.CreateTemp("", "facts")
	lockstep.Say("temporary file: %v", errors.Unwrap(err))
	moreFacts()
}

// try runs a variant of the planted program, first as usual and then under a condition, and returns
// what is wrong with that.
func try(t *testing.T, limit time.Duration, name string) ([]string, result) {
	t.Helper()
	s := newSweep(t, nil)
	s.limit = limit
	variant, rest, _ := strings.Cut(name, "/")
	rest, args, _ := strings.Cut(rest, " -")
	var line int
	rest, number, event := strings.Cut(rest, " at line ")
	if event {
		fmt.Sscan(number, &line)
	}
	c := sweepCase{variant: variant, line: line}
	if args != "" {
		c.args = strings.Fields("-" + args)
	}
	for _, cond := range append(allConditions, usualCondition, flagInside, flagOutside) {
		if cond.name == rest && (cond.event != nil) == event {
			c.condition = cond
		}
	}
	if c.condition == nil {
		t.Skip("needs another system: this one has no condition ", rest)
	}
	var usual result
	var err error
	if c.condition != usualCondition && c.args == nil {
		if usual, err = s.run(sweepCase{variant: variant, condition: usualCondition}, 0); err != nil {
			t.Fatal(err)
		}
	}
	r, err := s.run(c, 0)
	if err != nil {
		t.Fatal(err)
	}
	if r.lacks != nil {
		t.Skip(r.lacks)
	}
	return append(r.left, r.faults(s.program, c.condition, usual)...), r
}

func TestSweepFindsWhatIsPlanted(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, want string }{
		{"good/as usual", ""},
		{"panics/as usual", "crashed"},
		{"fails-silently/as usual", "exits with 1 without a word"},
		{"exits-with-3/as usual", "exit code 3, want one of [0 1]"},
		{"complains-and-exits-with-0/as usual", "says that something is wrong, and exits with 0"},
		{"says-it-twice/as usual", "speaks with the voices of several processes"},
		{"leaves-a-process/as usual", "left behind a process: "},
		{"leaves-a-process-without-the-mark/as usual", "left behind a process: "},
		{"leaves-a-file/as usual", "left behind a file: tmp/litter"},
		{"leaves-a-file-in-memory/as usual", "left behind a file: shm/litter"},
		{"fails-and-says-so/stdout and stderr gone", ""},
		{"ignores-a-full-output/stdout full", "exit code 0, want one of [1]"},
		{"complains-of-its-reader/stdout gone", "exit code 1, want one of [141]"},
		{"needs-a-simple-TMPDIR/TMPDIR with blanks", "exit code 1, and as a rule it is 0"},
		{"ignores-a-death/child killed at line 0", "exits with 0 and another output, and says nowhere that a child was killed"},
		{"accepts-any-number/flag out of range -n 4", "exit code 0, want one of [2]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if runtime.GOOS != "linux" && strings.HasPrefix(tt.name, "leaves-a-process") {
				t.Skip("needs linux, and this is " + runtime.GOOS + ": processes are found in /proc")
			}
			if strings.Contains(tt.name, "memory") && !privateMemory() {
				t.Skip("needs a /dev/shm of its own")
			}
			faults, r := try(t, patience, tt.name)
			if got := strings.Join(faults, "; "); tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
				t.Errorf("found %q, want %q; exit code %d\n%s%s", got, tt.want, r.code, r.stdout, r.stderr)
			}
		})
	}
	for _, name := range []string{"hangs/as usual", "hangs-at-its-limit/flag -n 3"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if faults, _ := try(t, time.Second/10, name); !slices.Equal(faults, []string{"has not ended in time"}) {
				t.Errorf("found %q", faults)
			}
		})
	}
}

// A condition that does not hold would be a test that cannot fail.
func TestConditionsHold(t *testing.T) {
	t.Parallel()
	for name, want := range conditionsHold {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, usual := try(t, patience, "facts/as usual")
			if !strings.Contains(usual.stdout, "home beside TMPDIR: true\n") {
				t.Errorf("a run shares its home with others:\n%s", usual.stdout)
			}
			_, r := try(t, patience, "facts/"+name)
			re := regexp.MustCompile("(?m)^" + want + "$")
			if !re.MatchString(r.stdout) || re.MatchString(usual.stdout) {
				t.Errorf("no line, or a line as usual, is %q; exit code %d:\n%s%s\nas usual:\n%s", want, r.code, r.stdout, r.stderr, usual.stdout)
			}
		})
	}
}

func TestSpoken(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                     "",
		"p: no\n":              "",
		"p: no: never: ever\n": "",
		"p: A: no\nB: no\n":    "",
		"p: \n":                "says its name, and no more",
		"p: no":                "says a line without an end",
		"no\n":                 "says a sentence that does not begin with its name",
		"p: A: no\np: B: no\n": "speaks with the voices of several processes",
		"p: A: no\nA: no\n":    "speaks of the same process twice",
		"p: A: no\n\n":         "says more than a sentence",
		"p: A: no\nB: \n":      "says more than a sentence",
		"p: A: no\nnever\n":    "says more than a sentence",
		"panic: no\n":          "crashed",
		"p: x\n\ngoroutine 1 [running]:\nmain.main()\n": "crashed",
	} {
		if got := spoken("p", text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestGivenSweep sweeps the planted program. TestSweepReports starts this test binary again for
// that, and looks at what it says.
func TestGivenSweep(t *testing.T) {
	if os.Getenv("PLANTED") == "" {
		t.Skip("run by TestSweepReports")
	}
	var options []SweepOption
	if p := os.Getenv("PLANTED_EXCEPT"); p != "" {
		options = append(options, SweepExcept(p, "to see that it is left out"))
	}
	Sweep(t, options...)
}

func TestSweepReports(t *testing.T) {
	t.Parallel()
	sweep := func(planted, except string, flags ...string) (string, bool) {
		self, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(self, append([]string{"-test.v"}, flags...)...)
		cmd.Env = append(os.Environ(), "PLANTED="+planted, "PLANTED_EXCEPT="+except)
		out, err := cmd.CombinedOutput()
		return string(out), err == nil
	}
	// Of the whole sweep only those cases that are named here, for they are many.
	const some = "^TestGivenSweep$/^good$/^(stdout_full|SIGTERM_at_line_[02]|child_killed_at_line_1|flag_-n_3|flag_out_of_range_-for_1m0.000000001s)$"
	out, ok := sweep("good", "", "-sweep", "-test.run="+some)
	if !ok || runtime.GOOS == "linux" && strings.Count(out, "--- PASS: TestGivenSweep/good/") != 6 {
		t.Errorf("a good program, whole:\n%s", out)
	}

	const seed = "-sweep.seed=7"
	const wide = "-test.run=^TestGivenSweep$/^accepts-any-number$/^flag_out_of_range_-n_4$"
	out, ok = sweep("accepts-any-number", "", wide, seed)
	if ok || !strings.Contains(out, "accepts-any-number/flag out of range -n 4: exit code 0, want one of [2]") ||
		!strings.Contains(out, "again: go test -run 'TestGivenSweep/accepts-any-number/flag_out_of_range_-n_4$' -sweep.seed=7]") {
		t.Errorf("a bad program, by its seed:\n%s", out)
	}
	if out, ok = sweep("accepts-any-number", "*/flag out of range*", wide, seed); !ok {
		t.Errorf("an exception:\n%s", out)
	}
	if out, ok = sweep("good panics", "panics/*", "-test.run=^TestGivenSweep$/^none$"); !ok || !strings.Contains(out, "left out: panics/*: to see that it is left out") {
		t.Errorf("a variant that is left out:\n%s", out)
	}
	if out, ok = sweep("accepts-any-number", "*/out of range", wide, seed); ok || !strings.Contains(out, `the exception "*/out of range" leaves nothing out`) {
		t.Errorf("an exception that is none:\n%s", out)
	}
	out, ok = sweep("panics", "", "-test.run=^TestGivenSweep$")
	if ok || !strings.Contains(out, "panics/as usual: crashed") || strings.Contains(out, "panics/stdout") {
		t.Errorf("a program that fails as usual:\n%s", out)
	}
}
