package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/lockstep/examples/hello/contract"
)

// The test binary is the supervisor of the runs that it starts.
func TestMain(m *testing.M) {
	ownRoles()
	if os.Getenv(mainRole) != "" {
		main()
		os.Exit(0)
	}
	if root := os.Getenv(serveRole); root != "" {
		serveUntilKilled(root)
	}
	os.Setenv(ofThisTest, fmt.Sprint(os.Getpid()))
	code := m.Run()
	stopBrowser()
	removeTree()
	os.Exit(code)
}

// ofThisTest names the environment variable that all of this test's processes have: another test of the same may run.
const ofThisTest = "LOCKSTEP_LIVE_TEST"

var all = flag.Bool("all", false, "run every phase, not a sample")

// started serves a book of one page, in front of the tree in root.
func started(t testing.TB, root, page string) (*server, string) {
	t.Helper()
	book := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(w, page)
	}))
	t.Cleanup(book.Close)
	front := httptest.NewUnstartedServer(nil)
	at, err := url.Parse(book.URL)
	if err != nil {
		t.Fatal(err)
	}
	s, err := newServer(root, at, front.Listener.Addr().(*net.TCPAddr).Port)
	if err != nil {
		t.Fatal(err)
	}
	front.Config.Handler = s
	front.Start()
	t.Cleanup(func() {
		s.close()
		front.Close()
	})
	return s, front.URL
}

// realBook returns the root of the book's own tree.
func realBook(t testing.TB) string {
	t.Helper()
	root, err := bookRoot()
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// oddTree returns the root of a tree whose one program does what is hard to run and to stop, and a page with its
// phases.
var oddTree = sync.OnceValues(func() (root, page string) {
	root, err := os.MkdirTemp("", "lockstep-odd")
	if err != nil {
		panic(err)
	}
	removeTree = func() { os.RemoveAll(root) }
	copied := map[string]string{"odd.go.txt": "examples/odd/main.go", "odd_unix.go.txt": "examples/odd/unix.go", "odd.txtar": "testdata/odd/odd.txtar"}
	for from, to := range copied {
		text, err := os.ReadFile(filepath.Join("testdata", from))
		if err != nil {
			panic(err)
		}
		plant(root, to, string(text))
	}
	plant(root, "go.mod", "module odd\n\ngo 1.26\n")
	plant(root, "hugo.toml", "")
	plant(root, "examples/odd/version.go", "package main\n\nconst version = \"old\"\n")
	plant(root, "examples/odd/exercise/exercise.go", "package main\n\nfunc main() {}\n\nfunc Double(n int) int { return n }\n")
	plant(root, "examples/odd/exercise/exercise_test.go", "package main\n\nimport \"testing\"\n\nfunc TestDouble(t *testing.T) {\n\tif Double(2) != 4 {\n\t\tt.Fatal(\"twice 2 is 4\")\n\t}\n}\n")
	var b strings.Builder
	b.WriteString("<!DOCTYPE html><html lang=en><head><title>Odd</title></head><body><main><h1>Odd</h1>")
	script, err := contract.ParseFile(filepath.Join(root, "testdata/odd/odd.txtar"))
	if err != nil {
		panic(err)
	}
	for _, p := range script.Phases {
		fmt.Fprintf(&b, `<figure class="session" data-script="odd/odd.txtar" data-phase="%d" id="p%d"><figcaption><span class="claim">%s</span><span class="end"></span></figcaption></figure>`, p.Line, p.Line, p.Claim)
	}
	b.WriteString(`<section class="exercise" id="exercise"><figure class="type"><pre class="cmd"><code>go test ./examples/odd/exercise</code></pre></figure>
<details class="hint"><summary>Hint 1</summary><p>Twice.</p></details></section></main></body></html>`)
	return root, b.String()
})

var removeTree = func() {}

func plant(root, name, text string) {
	file := filepath.Join(root, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		panic(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		panic(err)
	}
}

// odd serves the odd tree, and names its phases by their programs' variants.
func odd(t testing.TB) (s *server, home string, phases map[string]phaseID) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the odd program needs Unix")
	}
	root, page := oddTree()
	s, home = started(t, root, page)
	phases = map[string]phaseID{}
	can, cannot := allPhases(t, s)
	for _, id := range append(can, cannot...) {
		p, err := s.phase(id)
		if err != nil {
			t.Fatal(err)
		}
		name := "check"
		if p.why == "" {
			name = p.runs[0].Args[1]
		}
		phases[name] = id
	}
	return s, home, phases
}

// post sends a request as the page does, and returns the answer's status and its lines.
func post(t testing.TB, ctx context.Context, s *server, address string, body any) (int, []string) {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set(tokenHeader, s.token)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, nil // stopped before it was answered
	}
	defer response.Body.Close()
	var lines []string
	for in := bufio.NewReader(response.Body); ; {
		line, err := in.ReadString('\n')
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
		if err != nil {
			return response.StatusCode, lines
		}
	}
}

// events posts a request that runs something and returns what happened.
func events(t testing.TB, ctx context.Context, s *server, address string, body any) []event {
	t.Helper()
	status, lines := post(t, ctx, s, address, body)
	if status != http.StatusOK {
		t.Errorf("%s %v: status %d, %v", address, body, status, lines)
	}
	var all []event
	for _, line := range lines {
		var e event
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		all = append(all, e)
	}
	return all
}

func runOf(id phaseID, more ...any) map[string]any {
	m := map[string]any{"script": id.Script, "line": id.Line}
	for i := 0; i < len(more); i += 2 {
		m[more[i].(string)] = more[i+1]
	}
	return map[string]any{"runs": []any{m}}
}

// allPhases returns the phases of the book that can be run.
func allPhases(t testing.TB, s *server) (can, cannot []phaseID) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(s.root, "testdata", "*", "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatal("no scripts", err)
	}
	for _, file := range files {
		script, err := contract.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range script.Phases {
			id := phaseID{filepath.Base(filepath.Dir(file)) + "/" + filepath.Base(file), p.Line}
			read, err := s.phase(id)
			if err != nil {
				t.Fatal(err)
			}
			if read.why == "" {
				can = append(can, id)
			} else {
				cannot = append(cannot, id)
			}
		}
	}
	return can, cannot
}

// A verdict names a promise as the pages do.
func TestLabelsAreThePages(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(realBook(t), "site/layouts/_partials/contract.html"))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []contract.Promise{{Verb: "cmp"}, {Verb: "lanes", Want: "[A] one\n"}, {Verb: "lanes", Want: "one\n"}, {Verb: "unordered"}} {
		if name, _ := label(p); !strings.Contains(string(page), `"label" "`+name+`"`) {
			t.Errorf("%+v is called %q, and not on the pages", p, name)
		}
	}
}

// What runs beside a broken program is its repair, and not whatever comes next.
func TestFixedIsTheRepair(t *testing.T) {
	s, home := started(t, realBook(t), "")
	book := func(ids ...string) (fixed []int) {
		var asked []phaseID
		for _, id := range ids {
			script, claim, _ := strings.Cut(id, "|")
			text, err := contract.ParseFile(filepath.Join(s.root, "testdata", script))
			if err != nil {
				t.Fatal(err)
			}
			at := slices.IndexFunc(text.Phases, func(p contract.Phase) bool { return strings.Contains(p.Claim, claim) })
			if at < 0 {
				t.Fatalf("%s says nowhere %q", script, claim)
			}
			asked = append(asked, phaseID{script, text.Phases[at].Line})
		}
		_, lines := post(t, t.Context(), s, home+"/-/phases", asked)
		var offers []offer
		if err := json.Unmarshal([]byte(lines[0]), &offers); err != nil {
			t.Fatal(err)
		}
		for _, o := range offers {
			fixed = append(fixed, o.Fixed)
		}
		return fixed
	}
	for _, tt := range []struct {
		ids  []string
		want []int
	}{
		{[]string{"hello/torn.txtar|both write", "hello/torn.txtar|another order"}, []int{0, 0}},
		{[]string{"hello/torn.txtar|both write", "hello/torn.txtar|another order", "hello/torn.txtar|Fixed"}, []int{2, 0, 0}},
		{[]string{"ipc/openend.txtar|Broken", "ipc/killed.txtar|consumer is killed"}, []int{0, 0}},
		{[]string{"ipc/stream.txtar|Broken", "ipc/stream.txtar|Frames keep"}, []int{1, 0}},
		{[]string{"synchronization/lostwakeup.txtar|Broken", "synchronization/ifwait.txtar|Broken", "synchronization/lostwakeup.txtar|With a key"}, []int{2, 0, 0}},
		{[]string{"bank/first.txtar|Broken", "bank/lostupdate.txtar|both read", "bank/lostupdate.txtar|four of the six", "bank/locked.txtar|Fixed"}, []int{0, 2, 1, 0}},
	} {
		if got := book(tt.ids...); !slices.Equal(got, tt.want) {
			t.Errorf("%v: mended so many further on: %v, want %v", tt.ids, got, tt.want)
		}
	}
}

func last(events []event) event {
	if len(events) == 0 {
		return event{}
	}
	return events[len(events)-1]
}

// Every phase that a page offers to run keeps its contract here, too. The whole takes minutes: without -all it is a
// sample.
func TestEveryRunKeepsItsContract(t *testing.T) {
	s, home := started(t, realBook(t), "")
	can, cannot := allPhases(t, s)
	t.Logf("%d phases can be run, %d checked", len(can), len(cannot))
	if len(can) < 300 {
		t.Errorf("%d phases can be run: want 300 or more", len(can))
	}
	step := 53
	if *all {
		step = 1
	}
	for i := 0; i < len(can); i += step {
		id := can[i]
		t.Run(fmt.Sprintf("%s:%d", id.Script, id.Line), func(t *testing.T) {
			got := events(t, t.Context(), s, home+"/-/run", runOf(id))
			end := last(got)
			if end.Kind == "error" && (strings.Contains(end.Text, "there is no mpirun") || strings.Contains(end.Text, "this needs")) {
				t.Skip(end.Text)
			}
			if end.Verdict != "kept" {
				t.Errorf("verdict %q: %+v", end.Verdict, got)
			}
			for _, e := range got {
				if e.Break != nil {
					t.Errorf("%+v breaks %+v", e, e.Break)
				}
			}
		})
	}
	noneIsLeft(t)
}

var patience = flag.Duration("patience", 5*time.Second, "how long it may take, on a loaded machine, until a page that has gone is noticed and its run has ended")

// noneIsLeft fails if a process of a run, or its supervisor, is alive.
func noneIsLeft(t testing.TB) {
	t.Helper()
	var left []string
	for end := time.Now().Add(*patience); ; time.Sleep(5 * time.Millisecond) {
		if left = ofRuns(); len(left) == 0 || time.Now().After(end) {
			break
		}
	}
	for _, process := range left {
		t.Errorf("a run has left %s", process)
	}
}

// ofRuns returns the processes that have the mark of this test's runs, and their supervisors: on Linux, where /proc tells.
// A supervisor whose server was killed may be about to start its program, and ends after everything that it started. So
// where there is none, nothing will come either.
func ofRuns() (left []string) {
	files, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, file := range files {
		env, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		vars := strings.Split(string(env), "\x00")
		cmdline, _ := os.ReadFile(filepath.Join(filepath.Dir(file), "cmdline"))
		marked := slices.ContainsFunc(vars, func(v string) bool { return strings.HasPrefix(v, mark+"=") })
		supervises := strings.HasSuffix(string(cmdline), "\x00"+superviseRole+"\x00")
		if slices.Contains(vars, ofThisTest+"="+os.Getenv(ofThisTest)) && (marked || supervises) {
			left = append(left, fmt.Sprintf("%s: %q", filepath.Base(filepath.Dir(file)), cmdline))
		}
	}
	return left
}

// What a program may do that is hard to run, to show or to stop.
func TestOddPrograms(t *testing.T) {
	s, home, phases := odd(t)
	ctx := t.Context()
	ended := func(variant string) ([]event, event) {
		all := events(t, ctx, s, home+"/-/run", runOf(phases[variant]))
		return all, last(all)
	}
	textOf := func(all []event) string {
		var b strings.Builder
		for _, e := range all {
			if e.Kind == "line" {
				fmt.Fprintln(&b, e.Text)
			}
		}
		return b.String()
	}
	t.Run("kept", func(t *testing.T) {
		all, end := ended("lanes")
		if end.Verdict != "kept" || *end.Exit != 0 || len(all) != 7 || all[5].Varies[0][0] != 4 {
			t.Errorf("%+v", all)
		}
	})
	t.Run("broken, at the line that breaks it", func(t *testing.T) {
		all, end := ended("wrong")
		if end.Verdict != "broken" || all[3].Break == nil || *all[3].Break != (broken{"each process in order", "A", "[A] two", "[A] three"}) || all[2].Break != nil {
			t.Errorf("%+v", all)
		}
	})
	t.Run("prints for ever", func(t *testing.T) {
		all, end := ended("flood")
		if end.Verdict != "not judged" || !strings.Contains(end.Text, "5,000 lines were printed") || len(all) > maxLines+3 {
			t.Errorf("%d events; %+v", len(all), end)
		}
	})
	t.Run("a long line", func(t *testing.T) {
		all, _ := ended("long")
		if text := textOf(all); len(text) > 5000 || !strings.Contains(text, "(cut)") {
			t.Errorf("%d bytes are shown", len(text))
		}
	})
	t.Run("markup is text", func(t *testing.T) {
		if all, end := ended("markup"); end.Verdict != "kept" || textOf(all) != "<img src=x onerror=alert(1)><script>alert(2)</script>\n" {
			t.Errorf("%+v", all)
		}
	})
	t.Run("control characters have signs", func(t *testing.T) {
		if all, _ := ended("control"); textOf(all) != "a␛[31mb␀c␍d\ufffde\n" {
			t.Errorf("%q", textOf(all))
		}
	})
	t.Run("bytes that are no text", func(t *testing.T) {
		if all, _ := ended("bytes"); textOf(all) != "a\ufffd\ufffdb\n\ufffd\ufffd\n" || !all[len(all)-2].Torn {
			t.Errorf("%+v", all)
		}
	})
	t.Run("no newline", func(t *testing.T) {
		if all, end := ended("torn"); end.Verdict != "broken" || all[len(all)-2].Break == nil {
			t.Errorf("%+v", all)
		}
	})
	t.Run("fails as it should", func(t *testing.T) {
		if all, end := ended("fails"); end.Verdict != "kept" || *end.Exit != 3 || all[2].Stream != 1 {
			t.Errorf("%+v", all)
		}
	})
	t.Run("leaves a process", func(t *testing.T) {
		if _, end := ended("leaves"); end.Verdict != "kept" {
			t.Errorf("%+v", end)
		}
		noneIsLeft(t)
	})
	t.Run("other flags have no contract", func(t *testing.T) {
		all := events(t, ctx, s, home+"/-/run", runOf(phases["lanes"], "flags", "many -n 2"))
		if end := last(all); end.Verdict != "not judged" || end.Text != "no contract for these flags: no such run is recorded" || textOf(all) != "[process 0] here\n[process 1] here\n" {
			t.Errorf("%+v", all)
		}
	})
	t.Run("help has no contract", func(t *testing.T) {
		if end := last(events(t, ctx, s, home+"/-/run", runOf(phases["lanes"], "flags", "many -h"))); end.Verdict != "not judged" || end.Text != "this is the program's help" {
			t.Errorf("%+v", end)
		}
	})
	t.Run("flags that the program refuses", func(t *testing.T) {
		all := events(t, ctx, s, home+"/-/run", runOf(phases["lanes"], "flags", "many -n none"))
		if end := last(all); end.Verdict != "not judged" || !strings.HasPrefix(end.Text, "the program refused these flags") {
			t.Errorf("%+v", all)
		}
	})
	t.Run("scaled", func(t *testing.T) {
		for n, want := range map[int]string{1: "kept", 8: "kept", 64: "kept"} {
			all := events(t, ctx, s, home+"/-/run", runOf(phases["many"], "scale", n))
			if end := last(all); end.Verdict != want || strings.Count(textOf(all), "here") != n {
				t.Errorf("%d: %+v", n, all)
			}
		}
	})
	t.Run("two beside each other", func(t *testing.T) {
		two := map[string]any{"runs": []any{phases["lanes"], phases["wrong"]}}
		verdicts := map[int]string{}
		for _, e := range events(t, ctx, s, home+"/-/run", two) {
			if e.Kind == "end" {
				verdicts[e.Run] = e.Verdict
			}
		}
		if verdicts[0] != "kept" || verdicts[1] != "broken" {
			t.Error(verdicts)
		}
	})
	t.Run("one at a time", func(t *testing.T) {
		first := make(chan []event)
		stop, cancel := context.WithCancel(ctx)
		go func() {
			_, lines := post(t, stop, s, home+"/-/run", runOf(phases["stubborn"]))
			first <- make([]event, len(lines))
		}()
		waitFor(t, "stubborn", nil)
		if status, lines := post(t, ctx, s, home+"/-/run", runOf(phases["lanes"])); status != http.StatusOK || len(lines) != 1 || !strings.Contains(lines[0], `"busy"`) {
			t.Errorf("%d %v", status, lines)
		}
		cancel()
		<-first
		noneIsLeft(t)
	})
	t.Run("too long", func(t *testing.T) {
		defer func(usual time.Duration) { maxTime = usual }(maxTime)
		maxTime = 200 * time.Millisecond
		if _, end := ended("stubborn"); end.Verdict != "not judged" || !strings.HasPrefix(end.Text, "a minute was over: the program was stopped") {
			t.Errorf("%+v", end)
		}
		noneIsLeft(t)
	})
	t.Run("built again during a run", func(t *testing.T) {
		root, _ := oddTree()
		told := filepath.Join(t.TempDir(), "go")
		first := make(chan []event)
		go func() {
			first <- events(t, ctx, s, home+"/-/run", runOf(phases["lanes"], "flags", "again "+told))
		}()
		waitFor(t, "again", nil)
		plant(root, "examples/odd/version.go", "package main\n\nconst version = \"new\"\n")
		defer plant(root, "examples/odd/version.go", "package main\n\nconst version = \"old\"\n")
		built, err := s.builds.program(ctx, t.TempDir(), "./examples/odd", false)
		if err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command(built, "version").Output(); err != nil || string(out) != "new\n" {
			t.Errorf("what is built says %q, %v", out, err)
		}
		plant(filepath.Dir(told), "go", "")
		if got := textOf(<-first); got != "old\n" {
			t.Errorf("what runs says %q: a build has changed it", got)
		}
	})
	t.Run("a quote is not closed", func(t *testing.T) {
		if status, lines := post(t, ctx, s, home+"/-/run", runOf(phases["lanes"], "flags", "many 'a")); status != http.StatusBadRequest || !strings.Contains(lines[0], "not closed") {
			t.Errorf("%d %v", status, lines)
		}
	})
	t.Run("a compile error is shown", func(t *testing.T) {
		root, _ := oddTree()
		file := filepath.Join(root, "examples/odd/more.go")
		plant(root, "examples/odd/more.go", "package main\n\nvar x int = \"no number\"\n")
		defer os.Remove(file)
		if _, end := ended("lanes"); end.Kind != "error" || !strings.Contains(end.Text, "more.go:3:13") {
			t.Errorf("%+v", end)
		}
	})
}

// waitFor waits until a process of a run has the argument, or the run is over: it may have been too short to be seen.
func waitFor(t *testing.T, arg string, over <-chan struct{}) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		if slices.ContainsFunc(ofRuns(), func(p string) bool { return strings.Contains(p, `\x00`+arg+`\x00`) }) {
			return
		}
		select {
		case <-over:
			return
		default:
		}
	}
	t.Fatalf("no process %s has been started: %v", arg, ofRuns())
}

// overSoon returns the end of the one variant that the server ends by itself.
func overSoon(variant string, answered <-chan struct{}) <-chan struct{} {
	if variant == "flood" {
		return answered
	}
	return nil
}

// Whatever runs, a stop leaves nothing of it: asked for, by a page that goes, or by the server's end.
func TestStopLeavesNothing(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("needs linux: elsewhere the test cannot see what is left")
	}
	s, home, phases := odd(t)
	for _, variant := range []string{"flood", "forks", "daemon", "stubborn", "closes", "ticker"} {
		t.Run(variant, func(t *testing.T) {
			answered := make(chan struct{})
			go func() {
				post(t, t.Context(), s, home+"/-/run", runOf(phases[variant]))
				close(answered)
			}()
			waitFor(t, variant, overSoon(variant, answered))
			if variant == "forks" || variant == "daemon" {
				waitFor(t, "wait", nil)
			}
			if variant != "flood" {
				status, lines := post(t, t.Context(), s, home+"/-/stop", struct{}{})
				if status != http.StatusOK || !strings.Contains(lines[0], `"stopped":true`) {
					t.Errorf("%d %v", status, lines)
				}
				if left := ofRuns(); len(left) > 0 {
					t.Errorf("the stop is answered, and there is %v", left)
				}
			}
			<-answered
			noneIsLeft(t)
		})
		t.Run(variant+", the page goes", func(t *testing.T) {
			ctx, leave := context.WithCancel(t.Context())
			answered := make(chan struct{})
			go func() {
				post(t, ctx, s, home+"/-/run", runOf(phases[variant]))
				close(answered)
			}()
			waitFor(t, variant, overSoon(variant, answered))
			leave()
			<-answered
			noneIsLeft(t)
		})
	}
}

// An exercise's check says why it is wrong, and again when the file is saved.
func TestExerciseIsFollowed(t *testing.T) {
	s, home, _ := odd(t)
	root, _ := oddTree()
	file := filepath.Join(root, "examples/odd/exercise/exercise.go")
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	defer os.WriteFile(file, before, 0o666)
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	text, _ := json.Marshal(map[string]any{"concept": "odd"})
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, home+"/-/exercise", bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set(tokenHeader, s.token)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	said := ""
	decoder := json.NewDecoder(response.Body)
	next := func(kind string) event {
		for {
			var e event
			if err := decoder.Decode(&e); err != nil {
				t.Fatalf("%v after %q", err, said)
			}
			said += e.Text + "\n"
			if e.Kind == kind {
				return e
			}
		}
	}
	if end := next("end"); end.Verdict != "fail" || !strings.Contains(said, "twice 2 is 4") {
		t.Errorf("%+v %q", end, said)
	}
	next("waiting")
	if err := os.WriteFile(file, bytes.Replace(before, []byte("return n"), []byte("return 2 * n"), 1), 0o666); err != nil {
		t.Fatal(err)
	}
	if end := next("end"); end.Verdict != "pass" {
		t.Errorf("%+v %q", end, said)
	}
	next("waiting")
	if err := os.WriteFile(file, []byte("package main\n\nfunc main() {}\n\nfunc Double(n int) int { return }\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	said = ""
	if end := next("end"); end.Verdict != "fail" || !strings.Contains(said, "not enough return values") {
		t.Errorf("%+v %q", end, said)
	}
	// What is saved while a check hangs is what is checked.
	next("waiting")
	if err := os.WriteFile(file, []byte("package main\n\nfunc main() {}\n\nfunc Double(n int) int { println(\"hangs\"); select {} }\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	for said = ""; !strings.Contains(said, "hangs"); {
		next("output")
	}
	if err := os.WriteFile(file, bytes.Replace(before, []byte("return n"), []byte("return 2 * n"), 1), 0o666); err != nil {
		t.Fatal(err)
	}
	if end := next("end"); end.Verdict != "pass" || !strings.Contains(said, "ok  \todd/examples/odd/exercise") {
		t.Errorf("%+v %q", end, said)
	}
}

// A script's own test is run for a phase that does more than run a program.
func TestCheck(t *testing.T) {
	s, home := started(t, realBook(t), "")
	_, cannot := allPhases(t, s)
	i := slices.IndexFunc(cannot, func(id phaseID) bool { return strings.HasPrefix(id.Script, "hello/") })
	if i < 0 {
		t.Skip("every phase of hello can be run")
	}
	all := events(t, t.Context(), s, home+"/-/check", cannot[i])
	if end := last(all); end.Verdict != "pass" && end.Verdict != "skip" {
		t.Errorf("%s: %+v", cannot[i].Script, all)
	}
	shows := func(part string) bool {
		return slices.ContainsFunc(all, func(e event) bool { return strings.Contains(e.Text, part) })
	}
	if last(all).Verdict == "pass" && !shows("> exec ") || shows("GOCACHE=") {
		t.Errorf("it shows the script's environment, or no command: %+v", all)
	}
}
