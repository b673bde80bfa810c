package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
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
