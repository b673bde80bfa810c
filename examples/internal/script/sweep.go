package script

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"hash/fnv"
	"math/big"
	"math/rand/v2"
	"os"
	"path"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
)

var (
	sweepAll  = flag.Bool("sweep", false, "run every variant under every condition, not a sample")
	sweepSeed = flag.Uint64("sweep.seed", 1, "choose the sample of conditions by this seed; 0 takes a new one")
)

// sampleTime is how long a sample goes on starting programs.
const sampleTime = 1500 * time.Millisecond

// Sweep runs the variants of the program under test under conditions that a program seldom meets:
// outputs that are closed, full or gone, a TMPDIR that is missing, few descriptors, no /proc, system
// calls refused, children killed and signals sent after each line, flags at the ends of their ranges.
// The conditions are in sweep_conditions.go and sweep_linux.go. However it is treated, a program
//
//   - ends in time;
//   - says nothing on standard error, or one sentence that begins with the program's name. If several
//     processes failed, each line after the first names another one, before a colon. No panic, no
//     stack, no line twice;
//   - exits with 0 and says nothing, or with 1 or 2 and says why, or ends by the signal it was sent.
//     It never exits with 0 if its output could not be written;
//   - leaves no process, no file in TMPDIR and none in /dev/shm.
//
// Each run of a variant under a condition is a subtest: TestSweep/variant/condition. A plain test
// runs a sample, for some seconds; a failure prints the flags that repeat it, with the sample's seed.
// With the flag -sweep all are run; after how many lines something happens is then as in NothingIsLeft. What the machine lacks for a condition is a skip with its reason.
//
// The variants, and the numbers and durations their flags take, are what -h says of them.
func Sweep(t *testing.T, options ...SweepOption) {
	t.Parallel()
	s := newSweep(t, options)
	s.variants = slices.DeleteFunc(s.variants, func(v string) bool {
		return s.leavesOut(sweepCase{v, usualCondition, nil, -1})
	})
	s.runUsual(t)
	if t.Failed() {
		return // under a condition it would not fare better
	}
	var all []sweepCase
	for _, v := range s.variants {
		all = append(all, s.cases(t, v)...)
	}
	for _, e := range s.exceptions {
		if !e.used {
			t.Errorf("the exception %q leaves nothing out", e.pattern)
		}
		t.Logf("left out: %s: %s", e.pattern, e.reason)
	}
	var end time.Time
	if !*sweepAll {
		order := rand.New(rand.NewPCG(s.seed, 0))
		order.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		end = time.Now().Add(sampleTime)
	}
	n := inParallel(len(all), end, func(i int) {
		t.Run(all[i].name(), func(t *testing.T) { s.check(t, all[i]) })
	})
	t.Logf("%d of %d conditions of %d variants, seed %d", n, len(all), len(s.variants), s.seed)
}

// A SweepOption says what Sweep cannot learn from the program.
type SweepOption func(*sweep)

// SweepArgs gives a variant the flags without which it does not run.
func SweepArgs(variant, args string) SweepOption {
	return func(s *sweep) { s.args[variant] = strings.Fields(args) }
}

// SweepExcept leaves out what is named "variant/condition", where * stands for any name as in
// path.Match; "variant/*" leaves out the variant. The reason is printed.
func SweepExcept(pattern, reason string) SweepOption {
	return func(s *sweep) { s.exceptions = append(s.exceptions, &exception{pattern, reason, false}) }
}

// A sweep is one run over a program's variants.
type sweep struct {
	program    string // its name, as -h says it
	variants   []string
	args       map[string][]string
	exceptions []*exception
	seed       uint64
	limit      time.Duration     // a run that takes longer is killed, and has failed
	dir        string            // for the runs' folders; any user may enter it
	usual      map[string]result // by variant, how it ends if nothing is wrong
}

type exception struct {
	pattern, reason string
	used            bool
}

// A sweepCase is one variant under one condition.
type sweepCase struct {
	variant   string
	condition *sweepCondition
	args      []string // further flags
	line      int      // after which the condition's event happens; -1 if it has none
}

func (c sweepCase) name() string {
	name := c.variant + "/" + c.condition.name
	if c.condition.event != nil {
		name += fmt.Sprintf(" at line %d", c.line)
	}
	return strings.Join(append([]string{name}, c.args...), " ")
}

func newSweep(t *testing.T, options []SweepOption) *sweep {
	t.Helper()
	help, err := underTest("-h").Output()
	usage := regexp.MustCompile(`(?m)^usage: (\S+) `).FindSubmatch(help)
	if err != nil || usage == nil {
		t.Fatalf("-h does not say the program's name: %v\n%s", err, help)
	}
	dir, err := os.MkdirTemp("", "sweep")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	s := &sweep{
		program:  string(usage[1]),
		variants: Variants(t),
		args:     map[string][]string{},
		seed:     cmp.Or(*sweepSeed, uint64(time.Now().UnixNano())),
		limit:    patience,
		dir:      dir,
		usual:    map[string]result{},
	}
	for _, o := range options {
		o(s)
	}
	for v := range s.args {
		if !slices.Contains(s.variants, v) {
			t.Errorf("SweepArgs: there is no variant %q", v)
		}
	}
	return s
}

// cases returns all that is to be run of a variant, beside its usual run.
func (s *sweep) cases(t *testing.T, variant string) (all []sweepCase) {
	lines := strings.Count(s.usual[variant].stdout, "\n")
	for _, c := range allConditions {
		if c.event == nil {
			all = append(all, sweepCase{variant, c, nil, -1})
			continue
		}
		for line := c.first; line <= lines; line = next(line) {
			all = append(all, sweepCase{variant, c, nil, line})
		}
	}
	for _, f := range s.flags(t, variant) {
		for _, v := range f.inside {
			all = append(all, sweepCase{variant, flagInside, []string{"-" + f.name, v}, -1})
		}
		for _, v := range f.outside {
			all = append(all, sweepCase{variant, flagOutside, []string{"-" + f.name, v}, -1})
		}
	}
	return slices.DeleteFunc(all, s.leavesOut)
}

func (s *sweep) leavesOut(c sweepCase) bool {
	for _, e := range s.exceptions {
		if ok, _ := path.Match(e.pattern, c.name()); ok {
			e.used = true
			return true
		}
	}
	return false
}

// A rangedFlag is a flag of a variant with values at the ends of its range, and beyond them.
type rangedFlag struct {
	name            string
	inside, outside []string
}

var flagRange = regexp.MustCompile(`(?m)^  -(\S+) (?:number|duration)\n.* (number|duration) from (\S+) to (\S+) \(default`)

// flags returns the flags of a variant that say their range. A duration is not tried at its upper
// end: as a rule it is how long the program takes.
func (s *sweep) flags(t *testing.T, variant string) (flags []rangedFlag) {
	help, err := underTest(variant, "-h").CombinedOutput()
	if err != nil {
		t.Errorf("%s -h: %v\n%s", variant, err, help)
	}
	for _, m := range flagRange.FindAllStringSubmatch(string(help), -1) {
		name, kind, from, to := m[1], m[2], m[3], m[4]
		if kind == "number" {
			flags = append(flags, rangedFlag{name, []string{from, to}, []string{add(from, -1), add(to, 1)}})
			continue
		}
		min, err1 := time.ParseDuration(from)
		max, err2 := time.ParseDuration(to)
		if err1 != nil || err2 != nil {
			t.Errorf("%s -%s: a range of durations from %q to %q", variant, name, from, to)
			continue
		}
		flags = append(flags, rangedFlag{name, []string{from}, []string{(min - 1).String(), (max + 1).String()}})
	}
	return flags
}

// add returns a number and n, also where that is too large for an int.
func add(number string, n int64) string {
	sum, _ := new(big.Int).SetString(number, 10)
	if sum == nil {
		return number + "?" // no number: what refuses this is right
	}
	return sum.Add(sum, big.NewInt(n)).String()
}

// runUsual runs each variant as people do, to know how it ends and how many lines it prints.
func (s *sweep) runUsual(t *testing.T) {
	results := make([]result, len(s.variants))
	inParallel(len(s.variants), time.Time{}, func(i int) {
		results[i] = s.check(t, sweepCase{s.variants[i], usualCondition, nil, -1})
	})
	for i, v := range s.variants {
		s.usual[v] = results[i]
	}
}

// inParallel calls f with 0 to n-1, some at a time. After the end, if it is not zero, it calls no
// more. It returns how many calls it made.
func inParallel(n int, end time.Time, f func(i int)) int {
	var g errgroup.Group
	g.SetLimit(runtime.NumCPU())
	defer g.Wait()
	for i := range n {
		if i > 0 && !end.IsZero() && time.Now().After(end) {
			return i
		}
		g.Go(func() error { f(i); return nil })
	}
	return n
}

// check runs one case and reports what is wrong. Where a condition concerns one child of several, a
// whole sweep takes each in turn, and a sample one.
func (s *sweep) check(t *testing.T, c sweepCase) result {
	h := fnv.New64()
	h.Write([]byte(c.name()))
	chosen := rand.New(rand.NewPCG(s.seed, h.Sum64())).IntN(1000)
	for i := 0; ; i++ {
		child := chosen
		if *sweepAll {
			child = i
		}
		r, err := s.run(c, child)
		switch {
		case err == nil && r.lacks != nil && c.condition != usualCondition:
			t.Skip(r.lacks)
		case err != nil || r.lacks != nil:
			t.Errorf("%s: %v", c.name(), errors.Join(err, r.lacks))
			return r
		}
		faults := append(r.left, r.faults(s.program, c.condition, s.usual[c.variant])...)
		if len(faults) > 0 {
			again := fmt.Sprintf("-sweep.seed=%d", s.seed)
			if *sweepAll {
				again = "-sweep"
			}
			t.Errorf("%s: %s\n[%s, exit code %d%s]\n[stdout]\n%.9000s[stderr]\n%.9000s[again: go test -run '%s$' %s]",
				c.name(), strings.Join(faults, "; "), strings.Join(r.args, " "), r.code, r.note, r.stdout, r.stderr,
				regexp.QuoteMeta(t.Name()), again)
		}
		if !*sweepAll || len(faults) > 0 || i+1 >= r.found {
			return r
		}
	}
}
