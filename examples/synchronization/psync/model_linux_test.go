package psync

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

var fullModel = flag.Bool("model", false, "TestModel checks everything: minutes, and 2 GB of memory")

// TestModel checks the protocols of the mutex and of the eventcount with spin: every interleaving
// of three processes, with a death at any step; and that the check finds the mistakes it should.
// One death, and a mistake in each, are checked by the script model.txtar already.
func TestModel(t *testing.T) {
	for tool, hint := range map[string]string{"spin": "apt-get install spin", "cc": "apt-get install gcc"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("no %s found: %s", tool, hint)
		}
	}
	const safety, liveness = "-DSAFETY -DNOCLAIM", ""
	for _, c := range []struct {
		name, flags, check string
		finds              string // "" if nothing is wrong
		full               bool
	}{
		{"mutex: wake-ups suffice", "-DROUNDS=1", liveness, "", false},
		{"mutex: one death", "-DKILLS=1 -DTIMEOUT", safety, "", true},
		{"mutex: forgets to wake", "-DMUTANT=1", safety, "invalid end state", true},
		{"mutex: forgets the others", "-DMUTANT=2", safety, "invalid end state", true},
		{"mutex: declares a death uncompared", "-DMUTANT=3 -DKILLS=1 -DTIMEOUT", safety, "assertion violated", true},
		{"mutex: sleeps uncompared", "-DMUTANT=4", safety, "invalid end state", true},
		{"mutex: owner named late", "-DMUTANT=5 -DKILLS=1 -DTIMEOUT", liveness, "acceptance cycle", true},
		{"mutex: frees without a mark", "-DMUTANT=6 -DKILLS=1 -DTIMEOUT", safety, "assertion violated", false},
		{"mutex: two rounds, giving up", "-DROUNDS=2 -DCANCEL", safety, "", true},
		{"mutex: one death, giving up", "-DKILLS=1 -DTIMEOUT -DCANCEL", safety, "", true},
		{"mutex: one death, all finish", "-DKILLS=1 -DTIMEOUT", liveness, "", true},
		{"mutex: two deaths", "-DKILLS=2 -DTIMEOUT", safety, "", true},
		{"mutex: two deaths, all finish", "-DKILLS=2 -DTIMEOUT", liveness, "", true},
		{"eventcount: wake-ups suffice", "", safety, "", false},
		{"eventcount: wake-ups suffice, all finish", "", liveness, "", true},
		{"eventcount: forgets a late sleeper", "-DMUTANT=1", safety, "invalid end state", true},
		{"eventcount: key after the look", "-DMUTANT=2", safety, "invalid end state", true},
		{"eventcount: sleeps uncompared", "-DMUTANT=3", safety, "invalid end state", true},
		{"eventcount: buries uncompared", "-DMUTANT=4 -DKILLS=1 -DTIMEOUT", safety, "assertion violated", true},
		{"eventcount: two permits", "-DN=2", safety, "", true},
		{"eventcount: giving up", "-DCANCEL", safety, "", true},
		{"eventcount: one death", "-DKILLS=1 -DTIMEOUT", safety, "", true},
		{"eventcount: one death, all finish", "-DKILLS=1 -DTIMEOUT", liveness, "", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if c.full && !*fullModel {
				t.Skip("one of the long checks: go test ./examples/synchronization/psync -run TestModel -model")
			}
			of, _, _ := strings.Cut(c.name, ":")
			model, err := filepath.Abs("../../../testdata/synchronization/" + of + ".pml")
			must(t, err)
			if _, err := os.ReadFile(model); err != nil { // also tells the test cache what this depends on
				t.Fatal(err)
			}
			dir := t.TempDir()
			run := func(name string, args ...string) string {
				cmd := exec.Command(name, args...)
				cmd.Dir = dir
				out, err := cmd.CombinedOutput()
				if err != nil {
					t.Fatalf("%s: %v\n%s", name, err, out)
				}
				return string(out)
			}
			run("spin", append(strings.Fields(c.flags), "-a", model)...)
			compile := append([]string{"-w", "-o", "pan", "pan.c"}, strings.Fields(c.check)...)
			if c.full && c.finds == "" {
				compile = append(compile, "-O2")
			}
			run("cc", compile...)
			search := []string{"-m200000"}
			if c.check == liveness {
				search = append(search, "-a", "-f")
			}
			out := run("./pan", search...)
			switch {
			case strings.Contains(out, "max search depth too small"):
				t.Errorf("the search was cut off:\n%s", out)
			case c.finds == "" && !strings.Contains(out, "errors: 0"):
				t.Errorf("a mistake in the protocol:\n%s", out)
			case c.finds != "" && !strings.Contains(out, c.finds):
				t.Errorf("did not find: %s\n%s", c.finds, out)
			}
		})
	}
}
