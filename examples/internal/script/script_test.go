package script

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// The scripts below run this program.
func sample() {
	switch os.Args[1] {
	case "print":
		fmt.Print(strings.ReplaceAll(strings.Join(os.Args[2:], " "), "|", "\n"))
	case "fail":
		fmt.Fprintln(os.Stderr, "sample: failed on purpose")
		os.Exit(3)
	case "echo": // a line in, a line out, until the input ends
		fmt.Printf("pid %d\n", os.Getpid())
		buf := make([]byte, 100)
		for {
			n, err := os.Stdin.Read(buf)
			if err != nil {
				return
			}
			fmt.Printf("got %s", buf[:n])
		}
	case "leave": // leaves a process behind that waits for ever
		child := exec.Command(os.Args[0], "wait")
		child.Path, _ = os.Executable()
		if err := child.Start(); err != nil {
			fmt.Println(err)
		}
	case "wait":
		time.Sleep(time.Hour)
	case "litter":
		if err := os.WriteFile(filepath.Join(os.TempDir(), "litter"), nil, 0o600); err != nil {
			fmt.Println(err)
		}
	default:
		planted().Main()
	}
}

func TestMain(m *testing.M) { Main(m, "sample", sample) }

// TestGiven runs the scripts in the folder that the environment names. The tests below start this test binary again
// for that, and look at what it says.
func TestGiven(t *testing.T) {
	dir := os.Getenv("SCRIPT_TEST_DIR")
	if dir == "" {
		t.Skip("run by TestContracts and its like")
	}
	RunDir(t, dir)
}

// given runs one script and returns what the test printed, whether it passed, and the script's text afterwards.
func given(t *testing.T, text string, env ...string) (string, bool, string) {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "given.txtar")
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run=^TestGiven$", "-test.v")
	cmd.Env = append(append(os.Environ(), "SCRIPT_TEST_DIR="+dir, "LOCKSTEP_UPDATE="), env...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err = cmd.Run()
	after, readErr := os.ReadFile(file)
	if readErr != nil {
		t.Fatal(readErr)
	}
	return strings.ReplaceAll(out.String(), dir+string(filepath.Separator), ""), err == nil, string(after)
}

func TestContracts(t *testing.T) {
	tests := []struct {
		name   string
		script string
		fails  string // the message, if it must fail
	}{
		{"cmp accepts equal bytes", "# c\nexec sample print 'a|b|'\ncmp stdout want\n-- want --\na\nb\n", ""},
		{"cmp rejects another order", "# c\nexec sample print 'b|a|'\ncmp stdout want\n-- want --\na\nb\n", "given.txtar:3: stdout and want differ"},

		{"lanes accepts another interleaving", "# c\nexec sample print '[b] 1|[a] 1|[b] 2|'\nlanes stdout want\n-- want --\n[a] 1\n[b] 1\n[b] 2\n", ""},
		{"lanes rejects another order in a lane", "# c\nexec sample print '[a] 1|[b] 2|[b] 1|'\nlanes stdout want\n-- want --\n[a] 1\n[b] 1\n[b] 2\n", "given.txtar:3: stdout and want: lane b differ"},
		{"lanes rejects a missing lane", "# c\nexec sample print '[a] 1|'\nlanes stdout want\n-- want --\n[a] 1\n[b] 1\n", "lane b differ"},
		{"lanes rejects another order without lanes", "# c\nexec sample print 'y|[a] 1|x|'\nlanes stdout want\n-- want --\nx\n[a] 1\ny\n", "lines without a lane differ"},
		{"lanes rejects a doubled line", "# c\nexec sample print '[a] 1|[a] 1|'\nlanes stdout want\n-- want --\n[a] 1\n", "lane a differ"},
		{"lanes rejects a torn last line", "# c\nexec sample print '[a] 1'\nlanes stdout want\n-- want --\n[a] 1\n", "one of the two does not end in a newline"},

		{"unordered accepts another order", "# c\nexec sample print 'b|a|b|'\nunordered stdout want\n-- want --\na\nb\nb\n", ""},
		{"unordered counts", "# c\nexec sample print 'b|a|a|'\nunordered stdout want\n-- want --\na\nb\nb\n", "given.txtar:3: stdout and want: the lines, sorted, differ"},

		{"before accepts", "# c\nexec sample print 'in|in|out|'\nbefore 'in' 'out'\n", ""},
		{"before rejects one late line", "# c\nexec sample print 'in|out|in|'\nbefore 'in' 'out'\n", `given.txtar:3: line 3 "in" matches "in", but line 2 "out" already matched "out"`},
		{"before needs the first", "# c\nexec sample print 'out|'\nbefore 'in' 'out'\n", `no line matches "in"`},
		{"before needs the second", "# c\nexec sample print 'in|'\nbefore 'in' 'out'\n", `no line matches "out"`},

		{"volatile ignores its groups", "# c\nvolatile 'pid (\\d+)'\nexec sample print 'pid 7 of 9|'\nlanes stdout want\n-- want --\npid 12 of 9\n", ""},
		{"volatile ignores nothing else", "# c\nvolatile 'pid (\\d+)'\nexec sample print 'pid 7 of 8|'\nlanes stdout want\n-- want --\npid 12 of 9\n", "lines without a lane differ"},
		{"volatile holds for unordered", "# c\nvolatile 'pid (\\d+)'\nexec sample print 'b|pid 7|'\nunordered stdout want\n-- want --\npid 12\nb\n", ""},
		{"volatile must match", "# c\nvolatile 'id (\\d+)x'\nexec sample print 'a|'\nlanes stdout want\n-- want --\na\n", `given.txtar:2: volatile "id (\\d+)x" matches nothing in a section compared by lanes or unordered`},
		{"volatile needs a group", "# c\nvolatile 'a'\nexec sample print 'a|'\nlanes stdout want\n-- want --\na\n", `given.txtar:2: volatile "a" has no group`},
		{"volatile groups are not nested", "# c\nvolatile '((a)b)'\nexec sample print 'ab|'\nlanes stdout want\n-- want --\nab\n", "a group may not be nested"},

		{"a section must be compared", "# c\nexec sample print 'a|'\nstdout a\n-- want --\na\n", `given.txtar:4: section "want" is compared by no command`},
		{"a section may be an input", "# c\nexec sample print input.txt\nstdout input\n-- input.txt --\na\n", ""},
		{"a claim is needed", "exec sample print a\nstdout a\n", "given.txtar:1: no claim"},
		{"an assertion is needed", "# c\nexec sample print a\n", "given.txtar:1: asserts nothing"},
		{"a condition must be known", "# c\n[rase] exec sample print a\nstdout a\n", `given.txtar:2: bad condition "rase": unknown condition`},
		{"a need must be known", "# c\nneed rase\nexec sample print a\nstdout a\n", `given.txtar:2: unknown condition "rase"`},
		{"exec must be spelled out", "# c\nsample print a\nstdout a\n", "use 'exec sample' rather than 'sample'"},
		{"names are unique", "# c\nexec sample print a\ncmp stdout want\n-- want --\na\n-- want --\nb\n", "RequireUniqueNames"},

		{"exits accepts the code", "# c\nexits 3 sample fail\nstderr purpose\n", ""},
		{"exits rejects another code", "# c\nexits 2 sample fail\nstderr purpose\n", "given.txtar:2: exit status 3, want exit status 2"},
		{"exits rejects success", "# c\nexits 2 sample print a\nstdout a\n", "given.txtar:2: exit status 0, want 2"},

		{"waitline, send and finish", "# c\nstart s sample echo\nwaitline s 'pid \\d+'\nsend s hello\nwaitline s 'got hello'\nfinish s\nstdout 'got hello'\n", ""},
		{"waitline fails when the program ends", "# c\nstart s sample print 'a|'\nwaitline s 'b'\nfinish s\nstdout a\n", `given.txtar:3: s ended without a line that matches "b"`},
		{"waitline waits for whole lines", "# c\nstart s sample print 'ab'\nwaitline s 'ab'\nfinish s\nstdout a\n", "s ended without a line"},
		{"finish fails with the program", "# c\nstart s sample fail\nfinish s\nstderr purpose\n", "given.txtar:3: s failed: exit status 3"},
		{"not finish fails with success", "# c\nstart s sample print a\n! finish s\nstdout a\n", "given.txtar:3: s succeeded, and was expected to fail"},
		{"a started program is waited for", "# c\nexec sample print a\nstdout a\nstart s sample echo\n", "s was started, but no finish waits for it"},
		{"an unknown program", "# c\nwaitline s a\nstdout a\n", `no program named "s" was started`},

		{"litter is found", "# c\nexec sample litter\n! stdout .\n", "left litter in its temporary directory"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			out, passed, _ := given(t, tt.script)
			switch {
			case tt.fails == "" && !passed:
				t.Errorf("failed:\n%s", out)
			case tt.fails != "" && passed:
				t.Errorf("passed, and should have failed with %q:\n%s", tt.fails, out)
			case !strings.Contains(out, tt.fails):
				t.Errorf("should have failed with %q:\n%s", tt.fails, out)
			}
		})
	}
}

func TestSignalReachesTheProgramAndThePrintedPid(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs a Unix system, and this is windows: it has no signals")
	}
	t.Parallel()
	for _, how := range []string{"signal TERM s", `signal KILL s 'pid (\d+)'`} {
		out, passed, _ := given(t, "# c\nstart s sample echo\nwaitline s pid\n"+how+"\n! finish s\nstdout pid\n")
		if !passed {
			t.Errorf("%s:\n%s", how, out)
		}
	}
	out, passed, _ := given(t, "# c\nstart s sample echo\nsignal NONE s\nfinish s\nstdout pid\n")
	if passed || !strings.Contains(out, `unknown signal "NONE"`) {
		t.Errorf("an unknown signal:\n%s", out)
	}
}

func TestProcessesLeftBehindAreFoundAndKilled(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("needs linux, and this is " + runtime.GOOS + ": processes are found in /proc")
	}
	t.Parallel()
	out, passed, _ := given(t, "# c\nexec sample leave\n! stdout .\n")
	if passed || !strings.Contains(out, "left behind a process: sample wait (pid ") {
		t.Fatalf("a process that outlives its script must be named:\n%s", out)
	}
	var pid int
	if _, err := fmt.Sscanf(out[strings.Index(out, "(pid ")+5:], "%d", &pid); err != nil {
		t.Fatal(err)
	}
	// It was sent SIGKILL: it is gone, or about to be.
	for end := time.Now().Add(10 * time.Second); ; {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil || bytes.Contains(stat, []byte(") Z ")) {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("process %d is still there: %s", pid, stat)
		}
		runtime.Gosched()
	}
}

func TestUpdateRewritesOnlyWhatDiffers(t *testing.T) {
	t.Parallel()
	script := `# one
volatile 'pid (\d+)'
exec sample print 'new|[a] pid 7|'
lanes stdout changed
exec sample print 'pid 7|'
lanes stdout same
exec sample print 'b|a|'
unordered stdout sorted
exec sample print 'now|'
cmp stdout bytes
-- changed --
old
[a] pid 1
-- same --
pid 12
-- sorted --
a
b
-- bytes --
then
`
	want := strings.NewReplacer("old\n[a] pid 1\n", "new\n[a] pid 7\n", "then\n", "now\n").Replace(script)
	out, passed, after := given(t, script, "LOCKSTEP_UPDATE=1")
	if !passed || after != want {
		t.Errorf("passed %v, the script is now:\n%s\nwant:\n%s\n%s", passed, after, want, out)
	}
	if _, passed, again := given(t, after, "LOCKSTEP_UPDATE=1"); !passed || again != after {
		t.Errorf("a second update changed the script:\n%s", again)
	}
}

func TestNeedSkipsWithAReason(t *testing.T) {
	t.Parallel()
	other := "windows"
	if runtime.GOOS == "windows" {
		other = "linux"
	}
	out, passed, _ := given(t, "# c\nneed "+other+"\nexec sample fail\nstdout x\n")
	if want := "needs " + other + ", and this is " + runtime.GOOS; !passed || !strings.Contains(out, want) {
		t.Errorf("want a skip that says %q:\n%s", want, out)
	}
}

func TestApplyPatch(t *testing.T) {
	root := t.TempDir()
	file := filepath.Join(root, "examples", "x", "x.go")
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("a\nb\n\nc\nb\nd\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	head := "--- a/examples/x/x.go\n+++ b/examples/x/x.go\n"
	for _, tt := range []struct{ name, patch, want, fails string }{
		{"a line goes and one comes", head + "@@\n a\n-b\n+B\n", "a\nB\n\nc\nb\nd\n", ""},
		{"two hunks, without line numbers", head + "@@ -1 +1 @@\n-a\n+A\n@@ anywhere\n-d\n", "A\nb\n\nc\nb\n", ""},
		{"an empty line", head + "@@\n b\n\n-c\n", "a\nb\n\nb\nd\n", ""},
		{"two places", head + "@@\n-b\n", "", "has 2 places"},
		{"no place", head + "@@\n-x\n", "", "has 0 places"},
		{"nothing to find", head + "@@\n+x\n", "", "places for the hunk"},
		{"no diff", "b\n", "", "no file to patch"},
		{"a path that leads out", "--- a\n+++ b/../x.go\n@@\n-b\n", "", "is no file below the root"},
		{"a line that is none", head + "@@\n*b\n", "", `begins with "*"`},
	} {
		files, err := ApplyPatch(root, tt.patch)
		if tt.fails != "" {
			if err == nil || !strings.Contains(err.Error(), tt.fails) {
				t.Errorf("%s: %v, want %q", tt.name, err, tt.fails)
			}
		} else if err != nil || files["examples/x/x.go"] != tt.want {
			t.Errorf("%s: %q, %v", tt.name, files, err)
		}
	}
}

// A launcher works if it says what the probe says, and succeeds. Whatever it says otherwise is
// the reason to skip.
func TestProbeMPIBelievesOnlyAReduction(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs a shell")
	}
	for name, tc := range map[string]struct{ script, want string }{
		"reduced":        {"echo 2 ranks reduced", ""},
		"two singletons": {"echo 1 ranks reduced; echo 1 ranks reduced", "cannot run two ranks (<nil>): 1 ranks reduced"},
		"failed after":   {"echo 2 ranks reduced; exit 3", "cannot run two ranks (exit status 3): 2 ranks reduced"},
		"no slots":       {"echo There are not enough slots >&2; exit 1", "(exit status 1): There are not enough slots (apt-get install"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "mpirun")
			if err := os.WriteFile(path, []byte("#!/bin/sh\n"+tc.script+"\n"), 0o777); err != nil {
				t.Fatal(err)
			}
			err := probeMPI(MPILauncher{Name: "fake", Path: path})
			switch {
			case tc.want == "" && err != nil:
				t.Error(err)
			case tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)):
				t.Errorf("got %v, want an error with %q", err, tc.want)
			}
		})
	}
}

// Without a launcher the reason says how to get one.
func TestProbeMPINamesWhatToInstall(t *testing.T) {
	err := probeMPI(MPILauncher{})
	if err == nil || !strings.Contains(err.Error(), "no MPI launcher found (mpirun): apt-get install openmpi-bin") {
		t.Errorf("got %v", err)
	}
}
