package exercise

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"example.com/lockstep/examples/internal/script"
)

const root = "../../.."

// patience is how long one answer's build and check may take before the test fails.
const patience = 3 * time.Minute

// places bounds how many answers are checked at a time. Some wait for what never comes.
var places = make(chan struct{}, 2*runtime.NumCPU())

// Every exercise of the book takes its solution and what is right in another way, and refuses at least three typical
// wrong answers, with a message that helps. Untouched, it is skipped by name.
func TestExercisesOfTheBook(t *testing.T) {
	readSources(t)
	folders, err := filepath.Glob(filepath.Join(root, "examples", "*", "exercise"))
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, folder := range folders {
		if info, err := os.Stat(folder); err != nil || !info.IsDir() || strings.Contains(folder, "internal") {
			continue
		}
		found++
		concept := filepath.Base(filepath.Dir(folder))
		t.Run(concept, func(t *testing.T) {
			t.Parallel()
			for _, err := range answers(t, folder, filepath.Join(root, "testdata", concept, "exercise")) {
				if errors.Is(err, errLacking) {
					t.Skip(err)
				}
				t.Error(err)
			}
		})
	}
	if found == 0 {
		t.Error("the book has no exercise")
	}
}

// readSources reads all that an exercise is built from: go test keeps a result only as long as the files that the test
// opened are the same, and does not see what the go command opens.
func readSources(t *testing.T) {
	t.Helper()
	err := filepath.WalkDir(filepath.Join(root, "examples"), func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() && filepath.Ext(path) == ".go" {
			_, err = os.ReadFile(path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// answers checks each answer in a folder in the place of the exercise's starter, and the starter itself, and returns
// what is wrong with the exercise's check. An answer is a file, or a patch of the solution, which shows what is wrong.
func answers(t *testing.T, folder, given string) []error {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(given, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	patches, err := filepath.Glob(filepath.Join(given, "*.patch"))
	if err != nil {
		t.Fatal(err)
	}
	for _, patch := range patches {
		file, err := patched(given, patch, dir)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	type task struct {
		file string
		errs chan error
	}
	tasks := []task{{"", make(chan error, 1)}}
	wrong, right := 0, 0
	var errs []error
	for _, file := range files {
		switch name := filepath.Base(file); {
		case strings.HasPrefix(name, "wrong-"):
			wrong++
		case name == "solution.go" || strings.HasPrefix(name, "alternative"):
			right++
		default:
			errs = append(errs, fmt.Errorf("%s is no answer: an answer is solution.go, alternative*.go or wrong-*.go", file))
			continue
		}
		tasks = append(tasks, task{file, make(chan error, 1)})
	}
	if wrong < 3 || right < 2 {
		errs = append(errs, fmt.Errorf("%s has %d right and %d wrong answers: want a solution, an alternative, and three wrong ones, or more", given, right, wrong))
	}
	var build []string
	for _, task := range tasks[1:] {
		build = append(build, task.file)
	}
	binary, err := together(folder, build, filepath.Join(dir, "together"))
	if err != nil {
		binary = "" // then each alone: that says which of them does not build
	}
	for i, task := range tasks {
		go func() {
			places <- struct{}{}
			defer func() { <-places }()
			task.errs <- answer(folder, task.file, filepath.Join(dir, fmt.Sprint(i)), binary, i)
		}()
	}
	for _, task := range tasks {
		if err := <-task.errs; err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}

// patched writes the solution in a folder as a patch changes it into dir, below the remark that stands above the patch.
func patched(given, patch, dir string) (file string, err error) {
	text, err := os.ReadFile(patch)
	if err != nil {
		return "", err
	}
	remark, _, _ := strings.Cut(string(text), "--- ")
	files, err := script.ApplyPatch(given, string(text))
	if err == nil && files["solution.go"] == "" {
		err = errors.New("it patches another file than solution.go")
	}
	if err != nil {
		return "", fmt.Errorf("%s: %w", patch, err)
	}
	file = filepath.Join(dir, strings.TrimSuffix(filepath.Base(patch), ".patch")+".go")
	return file, os.WriteFile(file, []byte(remark+files["solution.go"]), 0o666)
}

// errLacking is for an exercise that this machine cannot check.
var errLacking = errors.New(lacking)

var wanted = regexp.MustCompile(`\A// want: (.+)\n`)

// answer checks the exercise with an answer in the place of exercise.go, or as it is, and tells what is wrong with the
// outcome. Where there is a binary with all answers, it gives the one with this number; else one is built.
func answer(folder, file, out, binary string, number int) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	starter, err := filepath.Abs(filepath.Join(folder, "exercise.go"))
	if err != nil {
		return err
	}
	text, err := os.ReadFile(starter)
	if err != nil {
		return err
	}
	untouched := strings.Contains(string(text), "errNotBegun")
	if file != "" {
		if text, err = os.ReadFile(file); err != nil {
			return err
		}
	}
	if binary == "" {
		if binary, err = alone(ctx, folder, starter, file, out); err != nil {
			return err
		}
	}
	check := exec.CommandContext(ctx, binary, "-test.v", "-test.timeout="+patience.String())
	check.Dir = folder
	check.WaitDelay = time.Second
	check.Env = append(os.Environ(), fmt.Sprintf("%s=%d", chosen, number))
	m := wanted.FindStringSubmatch(string(text))
	if m != nil && strings.Contains(m[1], "did not end") {
		check.Env = append(check.Env, newLimit+"=2s") // this one never ends, however long we wait
	}
	said, err := check.CombinedOutput()
	passed := err == nil && strings.Contains(string(said), "\n"+verdict+"\n") && !strings.Contains(string(said), "--- SKIP")
	name := filepath.Base(file)
	switch {
	case strings.Contains(string(said), "\n"+lacking+"\n"):
		return fmt.Errorf("%w: %s", errLacking, said)
	case file == "" && untouched && (err != nil || !strings.Contains(string(said), "\n"+skipped+"\n")):
		return fmt.Errorf("%s: the exercise is not begun, and not skipped: %v\n%s", folder, err, said)
	case file == "":
		return nil // it may be begun: whether it is right is for its own test to say
	case strings.HasPrefix(name, "wrong-") && m == nil:
		return fmt.Errorf("%s:1: the first line must be // want: and a part of the message", file)
	case strings.HasPrefix(name, "wrong-") && (err == nil || passed):
		return fmt.Errorf("%s is wrong, and the check lets it pass\n%s", file, said)
	case strings.HasPrefix(name, "wrong-") && !strings.Contains(string(said), m[1]):
		return fmt.Errorf("%s is refused without the words %q\n%s", file, m[1], said)
	case !strings.HasPrefix(name, "wrong-") && !passed:
		return fmt.Errorf("%s is right, and the check does not say %q: %v\n%s", file, verdict, err, said)
	}
	return nil
}

// alone builds a test binary of the exercise with a file in the place of the starter, or as it is.
func alone(ctx context.Context, folder, starter, file, out string) (binary string, err error) {
	replace := map[string]string{}
	if file != "" {
		if replace[starter], err = filepath.Abs(file); err != nil {
			return "", err
		}
	}
	list, err := json.Marshal(map[string]any{"Replace": replace})
	if err == nil {
		err = os.WriteFile(out+".json", list, 0o666)
	}
	if err != nil {
		return "", err
	}
	binary = out + ".exe"
	build := exec.CommandContext(ctx, "go", "test", "-c", "-ldflags=-s -w", "-overlay", out+".json", "-o", binary, ".")
	build.Dir = folder
	if said, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%s does not build in the place of %s/exercise.go: %v\n%s", file, folder, err, said)
	}
	return binary, nil
}

// What is no answer never passes: a hang, a crash, an exit that looks like success, silence, output without an end,
// processes left behind. The check of this exercise asks for one line.
func TestWhatNeverPasses(t *testing.T) {
	t.Parallel()
	readSources(t)
	dir := t.TempDir()
	for _, answer := range doubles(t) {
		if err := os.WriteFile(filepath.Join(dir, answer.Name), answer.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, err := range answers(t, filepath.Join("testdata", "double"), dir) {
		t.Error(err)
	}
}

// doubles returns the answers to the exercise in testdata/double.
func doubles(t *testing.T) []txtar.File {
	t.Helper()
	archive, err := txtar.ParseFile(filepath.Join("testdata", "answers.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	return archive.Files
}

// A check that accepts a wrong answer, or refuses a right one, or says something else than it should, is found.
func TestMistakesOfChecksAreFound(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var right []byte
	for _, answer := range doubles(t) {
		if answer.Name == "solution.go" {
			right = answer.Data
		}
	}
	for name, text := range map[string]string{
		"solution.go":       "package main\n\nfunc Double(n int) (int, error) { return n, nil }\n",
		"alternative.go":    string(right),
		"wrong-right.go":    "// want: something\n" + string(right),
		"wrong-unsaid.go":   "package main\n\nfunc Double(n int) (int, error) { return n + 1, nil }\n",
		"wrong-words.go":    "// want: other words\npackage main\n\nfunc Double(n int) (int, error) { return n + 1, nil }\n",
		"wrong-compiler.go": "// want: x\npackage main\n\nfunc Double(n int) (int, error) { return m, nil }\n",
		"other.go":          string(right),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	var all strings.Builder
	for _, err := range answers(t, filepath.Join("testdata", "double"), dir) {
		fmt.Fprintln(&all, err)
	}
	for _, want := range []string{
		"solution.go is right, and the check does not say",
		"wrong-right.go is wrong, and the check lets it pass",
		"wrong-unsaid.go:1: the first line must be // want:",
		`wrong-words.go is refused without the words "other words"`,
		"wrong-compiler.go does not build",
		"other.go is no answer",
	} {
		if !strings.Contains(all.String(), want) {
			t.Errorf("nobody says %q; said is:\n%s", want, all.String())
		}
	}
	if strings.Contains(all.String(), "alternative.go") {
		t.Errorf("a right answer is refused:\n%s", all.String())
	}
}
