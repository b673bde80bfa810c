package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/lockstep/site/internal/chromium"
	"github.com/chromedp/chromedp"
)

var stopBrowser = func() {}

// browser is one Chromium for all tests. In it, evil.test leads to this machine.
var browser = sync.OnceValues(func() (context.Context, error) {
	profile, err := os.MkdirTemp("", "lockstep-profile")
	if err != nil {
		return nil, err
	}
	ctx, stop, err := chromium.Start(profile, chromedp.Flag("host-resolver-rules", "MAP evil.test 127.0.0.1"))
	stopBrowser = func() {
		stop()
		os.RemoveAll(profile)
	}
	return ctx, err
})

// tab opens a page in a tab of its own. What the page's console says is an error.
func tab(t testing.TB, address string) context.Context {
	t.Helper()
	parent, err := browser()
	if err != nil {
		t.Fatal(err)
	}
	if parent == nil {
		t.Skip(chromium.Missing)
	}
	ctx, cancel := chromedp.NewContext(parent)
	t.Cleanup(cancel)
	ctx, cancelTime := context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(cancelTime)
	do(t, ctx)
	messages := chromedp.Console(ctx)
	go func() {
		for m, err := range messages {
			if err == nil && !strings.Contains(fmt.Sprint(m), "WebSocket") { // the stub of a book has none
				t.Errorf("the console says: %v", m)
			}
		}
	}()
	do(t, ctx, chromedp.Navigate(address))
	return ctx
}

func do(t testing.TB, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

func eval[T any](t testing.TB, ctx context.Context, expression string) T {
	t.Helper()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return value
}

// until waits in the page for an expression to be true.
func until(t testing.TB, ctx context.Context, expression string) {
	t.Helper()
	ok := eval[bool](t, ctx, `new Promise((done) => {
		const from = performance.now();
		const look = () => { try { if (`+expression+`) return done(true); } catch {} performance.now() - from < 60000 ? setTimeout(look, 10) : done(false); };
		look();
	})`)
	if !ok {
		t.Fatalf("never true: %s\n%s", expression, eval[string](t, ctx, `document.body.innerText.slice(0, 3000)`))
	}
}

// press clicks the button that begins with text, below the element of a selector.
func press(t testing.TB, ctx context.Context, below, text string) {
	t.Helper()
	until(t, ctx, fmt.Sprintf(`[...document.querySelectorAll("%s button")].some((b) => b.textContent.startsWith(%q) && !b.disabled)`, below, text))
	eval[any](t, ctx, fmt.Sprintf(`[...document.querySelectorAll("%s button")].find((b) => b.textContent.startsWith(%q)).click(), 0`, below, text))
}

func told(t testing.TB, ctx context.Context, below, text string) {
	t.Helper()
	until(t, ctx, fmt.Sprintf(`[...document.querySelectorAll("%s .told")].some((p) => p.textContent.includes(%q))`, below, text))
}

// page opens the odd tree's page with the token, and returns the selector of each phase's figure by its variant.
func oddPage(t testing.TB) (ctx context.Context, at map[string]string, home string) {
	t.Helper()
	s, home, phases := odd(t)
	at = map[string]string{}
	for variant, id := range phases {
		at[variant] = fmt.Sprintf("#p%d", id.Line)
	}
	return tab(t, home+"/#live="+s.token), at, home
}

// The book's own pages, served by Hugo in this process: a click runs a program, and its contract is judged.
func TestTheBookRuns(t *testing.T) {
	front := httptest.NewUnstartedServer(nil)
	defer front.Close()
	port := front.Listener.Addr().(*net.TCPAddr).Port
	root := realBook(t)
	before := treeOf(t, root)
	book, err := serveBook(t.Context(), root, port)
	if err != nil {
		t.Fatal(err)
	}
	s, err := newServer(root, book, port)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	front.Config.Handler = s
	front.Start()
	ctx := tab(t, front.URL+"/bank/#live="+s.token)
	figure := `figure[data-script='bank/lostupdate.txtar'][data-phase='5']`
	press(t, ctx, figure, "Run")
	told(t, ctx, figure, "Kept: ")
	got := eval[string](t, ctx, `document.querySelector("`+figure+` .live .lanes").textContent`)
	if !strings.Contains(got, "reads 100") || !strings.Contains(got, "150, 50 lost") {
		t.Errorf("the run shows %q", got)
	}
	if address := eval[string](t, ctx, "location.href"); strings.Contains(address, s.token) {
		t.Error("the token stays in the address")
	}
	// Broken and fixed beside each other.
	press(t, ctx, figure, "Run beside")
	until(t, ctx, `[...document.querySelectorAll("`+figure+` .view .told")].filter((p) => p.textContent.startsWith("Kept: ")).length === 2`)
	// Every transcript of every page has its button, and no page has an error.
	for _, concept := range []string{"hello", "ipc", "mpi"} {
		do(t, ctx, chromedp.Navigate(front.URL+"/"+concept+"/"))
		until(t, ctx, `[...document.querySelectorAll("figure.session")].every((f) => [...f.querySelectorAll("button")].some((b) => ["Run", "Check"].includes(b.textContent)))`)
		until(t, ctx, `document.querySelector("section.exercise figure.type button + button")`)
	}
	accessible(t, ctx, root)
	if after := treeOf(t, root); after != before {
		t.Errorf("the tree has changed: before %s, after %s", before, after)
	}
}

// treeOf lists the files below root that git could see.
func treeOf(t *testing.T, root string) string {
	t.Helper()
	var b strings.Builder
	filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.IsDir() && strings.HasPrefix(d.Name(), ".") && path != root {
			return filepath.SkipDir
		}
		if err == nil {
			info, _ := d.Info()
			if !d.IsDir() {
				fmt.Fprintln(&b, path, info.ModTime(), info.Size())
			}
		}
		return nil
	})
	return b.String()
}

func accessible(t *testing.T, ctx context.Context, root string) {
	t.Helper()
	axe, err := os.ReadFile(filepath.Join(root, "site/testdata/axe/axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	eval[any](t, ctx, string(axe)+"; 0")
	for _, v := range eval[[]string](t, ctx, `axe.run(document, {resultTypes: ["violations"]}).then((r) => r.violations.map((v) => v.id + ": " + v.help + ": " + v.nodes.slice(0, 3).map((n) => n.html).join(" | ")))`) {
		t.Error(v)
	}
}

func TestRunInThePage(t *testing.T) {
	ctx, at, _ := oddPage(t)
	t.Run("kept, and run again by the keyboard", func(t *testing.T) {
		press(t, ctx, at["lanes"], "Run")
		told(t, ctx, at["lanes"], "Kept: each process in order")
		if marked := eval[string](t, ctx, `document.querySelector("`+at["lanes"]+` .live .volatile").textContent`); marked == "" {
			t.Error("what varies is not marked")
		}
		eval[any](t, ctx, `document.querySelector("`+at["lanes"]+` button").focus(), 0`)
		do(t, ctx, chromedp.KeyEvent("\r"))
		until(t, ctx, `!document.querySelector("`+at["lanes"]+` .told").textContent.startsWith("Kept")`)
		told(t, ctx, at["lanes"], "Kept")
	})
	t.Run("broken, where it breaks", func(t *testing.T) {
		press(t, ctx, at["wrong"], "Run")
		told(t, ctx, at["wrong"], "Broken at line 2: wanted [A] two in lane A; got [A] three") // while it still runs
		until(t, ctx, `document.querySelector("`+at["wrong"]+` button").textContent === "Run again"`)
	})
	t.Run("other flags", func(t *testing.T) {
		eval[any](t, ctx, `document.querySelector("`+at["lanes"]+` input").value = "many -n 2", 0`)
		press(t, ctx, at["lanes"], "Run")
		told(t, ctx, at["lanes"], "No contract for these flags")
		// The first process had no column when it spoke: it got one with the second.
		got := eval[string](t, ctx, `[...document.querySelectorAll("`+at["lanes"]+` .live li:not(.head) .say")].map((say) => say.className.slice(0, 6) + "|" + say.textContent).join()`)
		if got != "say c1|here,say c2|here" {
			t.Errorf("the lines are %q", got)
		}
	})
	t.Run("a row for each process, in order", func(t *testing.T) {
		eval[any](t, ctx, `document.querySelector("`+at["lanes"]+` input").value = "many -n 20", 0`)
		press(t, ctx, at["lanes"], "Run")
		until(t, ctx, `[...document.querySelectorAll("`+at["lanes"]+` .time li")].map((li) => li.textContent).join() === [...Array(20).keys()].map((i) => "process " + i).join()`)
	})
	t.Run("scaled", func(t *testing.T) {
		press(t, ctx, at["many"], "Run")
		told(t, ctx, at["many"], "Kept: any order")
		press(t, ctx, at["many"], "8")
		told(t, ctx, at["many"], "a lane for each process")
		if n := eval[int](t, ctx, `document.querySelectorAll("`+at["many"]+` .live .lanes li:not(.head)").length`); n != 8 {
			t.Errorf("%d lines, want 8", n)
		}
	})
	t.Run("replayed", func(t *testing.T) {
		eval[any](t, ctx, `(() => { const s = document.querySelector("`+at["many"]+` .time input"); s.value = 3; s.dispatchEvent(new Event("input")); })(), 0`)
		until(t, ctx, `document.querySelectorAll("`+at["many"]+` .live .lanes li:not(.head):not([hidden])").length === 3 && document.querySelector("`+at["many"]+` .time").textContent.includes("Arrival of each line at the pipe")`)
	})
	t.Run("stopped", func(t *testing.T) {
		press(t, ctx, at["stubborn"], "Run")
		until(t, ctx, `document.querySelector("`+at["stubborn"]+` .live").textContent.includes("started")`)
		// Enter begins no second run while this one goes on.
		eval[any](t, ctx, `document.querySelector("`+at["stubborn"]+` input").dispatchEvent(new KeyboardEvent("keydown", {key: "Enter"})), 0`)
		if got := eval[string](t, ctx, `document.querySelector("`+at["stubborn"]+` .view").textContent`); !strings.Contains(got, "started") {
			t.Errorf("Enter has cleared what runs: %q", got)
		}
		press(t, ctx, at["stubborn"], "Stop")
		told(t, ctx, at["stubborn"], "no process is left")
		noneIsLeft(t)
	})
	t.Run("markup is text", func(t *testing.T) {
		press(t, ctx, at["markup"], "Run")
		told(t, ctx, at["markup"], "Kept: exact")
		if n := eval[int](t, ctx, `document.querySelectorAll("`+at["markup"]+` .live :is(img, script)").length`); n != 0 {
			t.Error("the output has become elements")
		}
	})
	t.Run("an exercise is checked", func(t *testing.T) {
		press(t, ctx, "#exercise", "Check")
		told(t, ctx, "#exercise", "Not yet")
		press(t, ctx, "#exercise", "Show a hint")
		until(t, ctx, `document.querySelector("details.hint").open`)
		root, _ := oddTree()
		file := filepath.Join(root, "examples/odd/exercise/exercise.go")
		before, _ := os.ReadFile(file)
		defer os.WriteFile(file, before, 0o666)
		told(t, ctx, "#exercise", "Save the file")
		if err := os.WriteFile(file, []byte(strings.Replace(string(before), "return n", "return n + n", 1)), 0o666); err != nil {
			t.Fatal(err)
		}
		told(t, ctx, "#exercise", "Right: the check passes. Save the file")
		press(t, ctx, "#exercise", "Stop")
		until(t, ctx, `document.querySelector("#exercise .told").textContent === "Right: the check passes. Saves are no longer checked."`)
	})
}

// A million lines: the page stays responsive, and says where it was cut.
func TestFloodInThePage(t *testing.T) {
	ctx, at, _ := oddPage(t)
	until(t, ctx, `document.querySelector("`+at["flood"]+` button")`)
	eval[any](t, ctx, `window.long = []; new PerformanceObserver((l) => long.push(...l.getEntries().map((e) => e.duration))).observe({ entryTypes: ["longtask"] }), 0`)
	press(t, ctx, at["flood"], "Run")
	told(t, ctx, at["flood"], "5,000 lines were printed")
	t.Logf("tasks over 50 ms: %v", eval[[]float64](t, ctx, "long"))
}

// Leaving the page stops what it runs, and a second tab is told that something runs.
func TestTwoTabs(t *testing.T) {
	s, home, phases := odd(t)
	figure := fmt.Sprintf("#p%d", phases["stubborn"].Line)
	first, second := tab(t, home+"/#live="+s.token), tab(t, home+"/#live="+s.token)
	press(t, first, figure, "Run")
	until(t, first, `document.querySelector("`+figure+` .live").textContent.includes("started")`)
	press(t, second, figure, "Run")
	told(t, second, figure, "perhaps in another tab")
	press(t, second, figure+" .told", "Stop that")
	told(t, first, figure, "stopped from elsewhere")
	press(t, first, figure, "Run")
	until(t, first, `document.querySelector("`+figure+` .live").textContent.includes("started")`)
	do(t, first, chromedp.Navigate("about:blank"))
	noneIsLeft(t)
	press(t, second, figure, "Run")
	until(t, second, `document.querySelector("`+figure+` .live").textContent.includes("started")`)
	press(t, second, figure, "Stop")
	told(t, second, figure, "no process is left")
}

// A tab without the token says what to do, and another site cannot do anything.
func TestStrangersInTheBrowser(t *testing.T) {
	s, home, phases := odd(t)
	ctx := tab(t, home+"/")
	told(t, ctx, "body", "open the link that go tool live has printed")
	// The link can be pasted into that tab.
	eval[any](t, ctx, `location.hash = "live=`+s.token+`", 0`)
	for end := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		there, err := chromedp.Run(ctx, chromedp.Evaluate[bool](fmt.Sprintf("!!document.querySelector('#p%d button')", phases["lanes"].Line)))
		if err == nil && there { // an error is the page's that is just leaving
			break
		}
		if time.Now().After(end) {
			t.Fatalf("the link does nothing in a tab without a token: %v", err)
		}
	}
	evil := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "<!DOCTYPE html><title>evil</title>") }))
	defer evil.Close()
	body := fmt.Sprintf(`{"runs":[{"script":%q,"line":%d}]}`, phases["lanes"].Script, phases["lanes"].Line)
	attack := func(address, headers string) string {
		return fmt.Sprintf(`fetch(%q, {method: "POST", mode: %s, body: %q}).then((r) => String(r.status), () => "refused")`, address, headers, body)
	}
	ctx = tabQuiet(t, evil.URL)
	for _, headers := range []string{`"cors", headers: {"` + tokenHeader + `": "` + s.token + `"}`, `"no-cors"`} {
		if got := eval[string](t, ctx, attack(home+"/-/run", headers)); got != "refused" && got != "0" {
			t.Errorf("another site is answered %s", got)
		}
	}
	// A name of another site that has been made to lead here.
	rebound := strings.Replace(home, "127.0.0.1", "evil.test", 1)
	ctx = tabQuiet(t, rebound+"/")
	if got := eval[string](t, ctx, attack(rebound+"/-/run", `"same-origin", headers: {"`+tokenHeader+`": "`+s.token+`"}`)); got != "421" {
		t.Errorf("a rebound name is answered %s", got)
	}
	if left := ofRuns(); len(left) > 0 {
		t.Errorf("something has run: %v", left)
	}
}

// tabQuiet opens a page whose console may say anything.
func tabQuiet(t *testing.T, address string) context.Context {
	t.Helper()
	parent, err := browser()
	if err != nil || parent == nil {
		t.Skip(chromium.Missing)
	}
	ctx, cancel := chromedp.NewContext(parent)
	t.Cleanup(cancel)
	do(t, ctx, chromedp.Navigate(address))
	return ctx
}
