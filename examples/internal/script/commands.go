package script

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"time"

	"example.com/lockstep/examples/hello/contract"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/rogpeppe/go-internal/txtar"
)

type stateKey struct{}

// state is what the driver knows of one running script.
type state struct {
	src      *source
	t        shim
	tmp      string
	updating bool
	deadline time.Time
	volatile []*regexp.Regexp
	updates  map[string]string // section → what was printed
	programs map[string]*program
}

func newState(s *source, env *testscript.Env, updating bool, deadline time.Time) *state {
	return &state{
		src:      s,
		t:        env.T().(shim),
		tmp:      filepath.Join(env.WorkDir, ".tmp"),
		updating: updating,
		deadline: deadline,
		updates:  map[string]string{},
		programs: map[string]*program{},
	}
}

func stateOf(ts *testscript.TestScript) *state { return ts.Value(stateKey{}).(*state) }

// end runs when the script's last command has, whether or not it succeeded.
func (st *state) end() {
	for _, p := range st.programs {
		if !p.finished {
			p.kill()
			st.t.Errorf("%s: %s was started, but no finish waits for it", st.src.file, p.name)
		}
	}
	if err := st.write(); err != nil {
		st.t.Error(err)
	}
	if st.t.Failed() || st.t.Skipped() {
		return
	}
	left, err := os.ReadDir(st.tmp)
	if err != nil {
		st.t.Error(err)
	}
	for _, e := range left {
		st.t.Errorf("%s: left %s in its temporary directory", st.src.file, e.Name())
	}
}

// write puts the updated sections into the script's file.
func (st *state) write() error {
	if len(st.updates) == 0 {
		return nil
	}
	// Read again: testscript's own cmp may have updated the file since.
	a, err := txtar.ParseFile(st.src.file)
	if err != nil {
		return err
	}
	for i, f := range a.Files {
		if text, ok := st.updates[f.Name]; ok {
			if txtar.NeedsQuote([]byte(text)) {
				return fmt.Errorf("%s: what was printed cannot stand in section %q: it has a line that begins one", st.src.file, f.Name)
			}
			a.Files[i].Data = []byte(text)
			st.t.Logf("%s: section %q updated", st.src.file, f.Name)
		}
	}
	return os.WriteFile(st.src.file, txtar.Format(a), 0o666)
}

// compare makes a command that compares an output with a section, volatile parts ignored.
func compare(differ func(got, want string) error) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		if neg || len(args) != 2 {
			ts.Fatalf("usage: lanes|unordered stdout|stderr|file section")
		}
		st := stateOf(ts)
		got, want := ts.ReadFile(args[0]), ts.ReadFile(args[1])
		err := differ(contract.Mask(got, st.volatile), contract.Mask(want, st.volatile))
		if err == nil {
			return
		}
		if st.updating && slices.ContainsFunc(st.src.Sections, func(s contract.Section) bool { return s.Name == args[1] }) {
			st.updates[args[1]] = got
			return
		}
		ts.Fatalf("%s and %s: %v", args[0], args[1], err)
	}
}

func cmdBefore(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: before 'regexp' 'regexp'")
	}
	ts.Check(contract.Before(ts.ReadFile("stdout"), args[0], args[1]))
}

func cmdVolatile(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: volatile 'regexp'")
	}
	re, err := contract.Volatile(args[0])
	ts.Check(err)
	st := stateOf(ts)
	st.volatile = append(st.volatile, re)
}

// cmdExits runs a program, which must end by itself with the given exit code.
func cmdExits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits code program args...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	var exit *exec.ExitError
	switch {
	case err != nil && !errors.As(err, &exit):
		ts.Fatalf("%v", err)
	case exit != nil && exit.ExitCode() != want:
		ts.Fatalf("%v, want exit status %d", exit, want)
	case exit == nil && want != 0:
		ts.Fatalf("exit status 0, want %d", want)
	}
}

// cmdNeed skips the script unless the named condition holds.
func cmdNeed(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: need condition")
	}
	st := stateOf(ts)
	if c, ok := conditions[args[0]]; ok {
		if err := c(); err != nil {
			st.t.Skip(err)
		}
		return
	}
	switch system := args[0]; {
	case !slices.Contains([]string{"linux", "darwin", "windows", "unix"}, system):
		ts.Fatalf("unknown condition %q", system)
	case system != runtime.GOOS && (system != "unix" || runtime.GOOS == "windows"):
		st.t.Skipf("needs %s, and this is %s", system, runtime.GOOS)
	}
}
