package contract

import (
	"fmt"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

func TestWordsSplitLikeTestscript(t *testing.T) {
	got := Words(`exec p 'a b' c'd e'f 'it''s' # comment`)
	want := []string{"exec", "p", "a b", "cd ef", "it's"}
	if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

const lostUpdate = `# Broken: one deposit
# is lost
need linux
volatile 'pids (\d+)'
exec bank lostupdate -schedule ABAB
lanes stdout want
before 'reads' 'writes'

# It says so
! exec bank
stderr 'usage'
exits 2 bank nonsense
cmp stderr none

# A kill
start b bank wait
signal KILL b
-- want --
[A] reads 100
[B] reads 100
[A] writes 150
pids 7
-- none --
bank: no
`

func phases(t *testing.T, text string) (*Script, []Phase) {
	t.Helper()
	s := parse(txtar.Parse([]byte(text)))
	return s, s.Phases
}

func TestRuns(t *testing.T) {
	s, p := phases(t, lostUpdate)
	if len(p) != 3 || p[0].Claim != "Broken: one deposit is lost" || p[1].Line != 9 {
		t.Fatalf("phases: %+v", p)
	}
	first, err := s.Runs(p[0])
	if err != nil || len(first) != 1 {
		t.Fatal(first, err)
	}
	r := first[0]
	if got, want := fmt.Sprint(r.Args, r.Exit, r.Needs, r.Volatile), `[bank lostupdate -schedule ABAB] 0 [linux] [(?m)pids (\d+)]`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	second, err := s.Runs(p[1])
	if err != nil || len(second) != 2 || second[0].Exit != AnyFailure || second[1].Exit != 2 || second[1].Needs[0] != "linux" ||
		second[1].Promises[0].Stream != Stderr || second[1].Promises[0].Want != "bank: no\n" {
		t.Errorf("%+v %v", second, err)
	}
	if _, err := s.Runs(p[2]); err == nil || !strings.Contains(err.Error(), "start") {
		t.Errorf("a phase that sends a signal: %v", err)
	}
}

func TestJudge(t *testing.T) {
	lanes := []Promise{{Verb: "lanes", Want: "[A] 1\n[B] 1\n[A] 2\n"}}
	tests := []struct {
		name     string
		promises []Promise
		out      string
		exit     int
		want     string // the first break
	}{
		{"kept", lanes, "[B] 1\n[A] 1\n[A] 2\n", 0, ""},
		{"another order in a lane", lanes, "[A] 2\n[A] 1\n[B] 1\n", 0, `promise 0, line 1, lane A: want "[A] 1", got "[A] 2"`},
		{"a line too many", lanes, "[A] 1\n[A] 2\n[A] 3\n", 0, `promise 0, line 3, lane A: want "", got "[A] 3"`},
		{"a line missing", lanes, "[A] 1\n[A] 2\n", 0, `promise 0, line 0, lane B: want "[B] 1", got ""`},
		{"torn", lanes, "[A] 1\n[A] 2\n[B] 1", 0, `promise 0, line 0, lane : want "a newline at the end", got "none"`},
		{"failed", lanes, "[B] 1\n[A] 1\n[A] 2\n", 1, `promise -1, line 0, lane : want "exit status 0", got "exit status 1"`},
		{"killed", lanes, "[B] 1\n[A] 1\n[A] 2\n", -1, `promise -1, line 0, lane : want "exit status 0", got "death by a signal"`},
		{"exact", []Promise{{Verb: "cmp", Want: "a\nb\n"}}, "a\nc\n", 0, `promise 0, line 2, lane : want "b", got "c"`},
		{"exact, more", []Promise{{Verb: "cmp", Want: "a\n"}}, "a\n\n", 0, `promise 0, line 2, lane : want "", got ""`},
		{"exact, torn", []Promise{{Verb: "cmp", Want: "a"}}, "a\n", 0, `promise 0, line 0, lane : want "no newline at the end", got "one"`},
		{"any order", []Promise{{Verb: "unordered", Want: "a\na\nb\n"}}, "b\nb\na\na\n", 0, `promise 0, line 2, lane : want "", got "b"`},
		{"before", []Promise{{Verb: "before", Exprs: []string{"in", "out"}}}, "in\nout\nin\n", 0, `promise 0, line 3, lane : want "it before line 2, \"out\"", got "in"`},
		{"before, none", []Promise{{Verb: "before", Exprs: []string{"in", "out"}}}, "in\n", 0, `promise 0, line 0, lane : want "a line that matches \"out\"", got ""`},
		{"match", []Promise{{Verb: "match", Exprs: []string{"^b$"}}}, "a\nb\n", 0, ""},
		{"no match", []Promise{{Verb: "match", Exprs: []string{"b"}, Not: true}}, "a\nb\n", 0, `promise 0, line 0, lane : want "nothing that matches \"b\"", got "b"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := judge(t, Run{Promises: tt.promises}, []string{tt.out}, tt.exit)
			got := ""
			if len(v) > 0 {
				b := v[0]
				got = fmt.Sprintf("promise %d, line %d, lane %s: want %q, got %q", b.Promise, b.Line, b.Lane, b.Want, b.Got)
			}
			if got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// judge returns all that an output in pieces breaks.
func judge(t *testing.T, run Run, pieces []string, exit int) (breaks []Break) {
	t.Helper()
	j, err := NewJudge(run)
	if err != nil {
		t.Skip(err)
	}
	for _, p := range pieces {
		for _, l := range j.Write(Stdout, []byte(p)) {
			breaks = append(breaks, l.Breaks...)
		}
	}
	lines, more := j.End(exit)
	for _, l := range lines {
		breaks = append(breaks, l.Breaks...)
	}
	breaks = append(breaks, more...)
	if j.Kept() != (len(breaks) == 0) {
		t.Errorf("kept: %v, with the breaks %+v", j.Kept(), breaks)
	}
	return breaks
}

// FuzzJudge: the verdict in pieces is the verdict at once, and that of the driver's comparison.
func FuzzJudge(f *testing.F) {
	f.Add("lanes", "[A] 1\n[B] 1\n", `pid (\d+)`, "", "[B] 1\n[A] 1", uint64(3))
	f.Add("unordered", "a\npid 1\n\n", `pid (\d+)`, "", "pid 2\n\na\n", uint64(77))
	f.Add("lanes", "x 1\ny\n", `x (\d+\ny)`, "", "x 2\ny\n", uint64(5))
	f.Add("unordered", "", `^(\d*)$`, "", "", uint64(1))
	f.Add("cmp", "a\n", `()`, "", "a", uint64(1))
	f.Add("before", "", "b", "a", "a\nb\n", uint64(9))
	f.Add("match", "", "^b$", "", "a\nb", uint64(2))
	f.Add("lanes", "\n", "(b)\xff", "", "", uint64(2))
	files, err := filepath.Glob("../../../testdata/*/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for i, file := range files {
		if s, err := ParseFile(file); err == nil && len(s.Sections) > 0 && i%7 == 0 {
			f.Add("lanes", s.Sections[0].Text, `pid (\d+)`, "", s.Sections[0].Text, uint64(i))
		}
	}
	f.Fuzz(func(t *testing.T, verb, want, expr, second, out string, seed uint64) {
		run := Run{}
		var whole func() bool // whether the driver's comparison of the whole is content
		switch verb {
		case "lanes", "unordered":
			re, err := Volatile(expr)
			if err != nil {
				t.Skip(err)
			}
			run.Promises, run.Volatile = []Promise{{Verb: verb, Want: want}}, []*regexp.Regexp{re}
			compare := Lanes
			if verb == "unordered" {
				compare = Unordered
			}
			whole = func() bool { return compare(Mask(out, run.Volatile), Mask(want, run.Volatile)) == nil }
		case "cmp":
			run.Promises = []Promise{{Verb: verb, Want: want}}
			whole = func() bool { return out == want }
		case "before":
			run.Promises = []Promise{{Verb: verb, Exprs: []string{expr, second}}}
			whole = func() bool { return Before(out, expr, second) == nil }
		case "match":
			run.Promises = []Promise{{Verb: verb, Exprs: []string{expr}}}
			whole = func() bool { return regexp.MustCompile("(?m)" + expr).MatchString(out) }
		default:
			t.Skip()
		}
		atOnce := judge(t, run, []string{out}, 0)
		var pieces []string
		for rest := out; rest != ""; {
			n := 1 + int(seed%7)
			seed = seed*6364136223846793005 + 1442695040888963407
			n = min(n, len(rest))
			pieces, rest = append(pieces, rest[:n]), rest[n:]
		}
		if got := judge(t, run, pieces, 0); !reflect.DeepEqual(got, atOnce) {
			t.Errorf("in pieces: %+v\nat once:   %+v", got, atOnce)
		}
		if (len(atOnce) == 0) != whole() {
			t.Errorf("the judge finds %+v; the comparison of the whole is content: %v", atOnce, whole())
		}
	})
}

// Every script of the book can be read, and each of its phases is run or says why it isn't.
func TestBook(t *testing.T) {
	files, err := filepath.Glob("../../../testdata/*/*.txtar")
	if err != nil || len(files) == 0 {
		t.Skip("not in the book's repository")
	}
	runs := 0
	for _, file := range files {
		s, err := ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range s.Phases {
			found, err := s.Runs(p)
			if err == nil {
				runs++
			}
			for _, r := range found {
				if _, err := NewJudge(r); err != nil {
					t.Errorf("%s:%d: %v", filepath.Base(file), p.Line, err)
				}
			}
		}
	}
	if runs == 0 {
		t.Error("no phase can be run")
	}
}
