package site

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"example.com/lockstep/site/internal/chromium"
)

// limit is how long one page's test may take before it fails.
const limit = 2 * time.Minute

// browser is one Chromium for all tests; each test has a tab of its own.
var browser = sync.OnceValues(func() (context.Context, error) {
	ctx, stop, err := chromium.Start(filepath.Join(outDir, "profile"))
	stopBrowser = stop
	return ctx, err
})

// stopBrowser ends the browser, if one was started; TestMain calls it.
var stopBrowser = func() {}

// tabs bounds how many pages are worked on at a time.
var tabs = make(chan struct{}, runtime.NumCPU())

// tab opens a tab in which nothing may go wrong: no console message, no exception, no request that leaves the site.
func tab(t *testing.T, home string) context.Context {
	t.Helper()
	builtBook(t)
	parent, err := browser()
	if err != nil {
		t.Fatal(err)
	}
	if parent == nil {
		t.Skip(chromium.Missing)
	}
	tabs <- struct{}{}
	t.Cleanup(func() { <-tabs })
	ctx, cancel := chromedp.NewContext(parent)
	must(t, ctx)
	ctx, cancelTime := context.WithTimeout(ctx, limit)
	messages := chromedp.Console(ctx)
	requests := chromedp.Events(ctx, network.RequestWillBeSent)
	responses := chromedp.Events(ctx, network.ResponseReceived)
	if _, err := call(ctx, network.Enable, network.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	var wrong []string
	var mu sync.Mutex // guards wrong
	note := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		wrong = append(wrong, fmt.Sprintf(format, args...))
	}
	var listeners sync.WaitGroup
	listeners.Go(func() {
		for m, err := range messages {
			if err == nil {
				note("the console says: %v", m)
			}
		}
	})
	listeners.Go(func() {
		for e, err := range requests {
			if err == nil && !strings.HasPrefix(e.Request.URL, home) && !strings.HasPrefix(e.Request.URL, "data:") {
				note("the page asks for %s", e.Request.URL)
			}
		}
	})
	listeners.Go(func() {
		for e, err := range responses {
			if err == nil && e.Response.Status >= http.StatusBadRequest {
				note("%s is answered with %v", e.Response.URL, e.Response.Status)
			}
		}
	})
	t.Cleanup(func() {
		cancelTime()
		cancel()
		listeners.Wait()
		for _, w := range wrong {
			t.Error(w)
		}
	})
	return ctx
}

// call runs a command of the browser's protocol in the tab of ctx.
func call[P, R any](ctx context.Context, c cdp.Command[P, R], params P) (R, error) {
	return chromedp.Run(ctx, func(ctx context.Context, t *chromedp.Target) (R, error) {
		return cdp.Call(ctx, t, c, params)
	})
}

func must(t *testing.T, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

func mustCall[P, R any](t *testing.T, ctx context.Context, c cdp.Command[P, R], params P) {
	t.Helper()
	if _, err := call(ctx, c, params); err != nil {
		t.Fatal(err)
	}
}

// eval runs an expression in the page, waits for it if it is a promise, and returns its value.
func eval[T any](t *testing.T, ctx context.Context, expression string) T {
	t.Helper()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// serve serves the book below prefix and returns its address.
func serve(t *testing.T, prefix string) string {
	t.Helper()
	builtBook(t)
	return serveFolder(t, filepath.Join(outDir, "book"), prefix)
}

func serveFolder(t *testing.T, dir, prefix string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	files := http.FileServer(http.Dir(dir))
	server := &http.Server{Handler: http.StripPrefix(prefix, files), ReadHeaderTimeout: limit}
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	return "http://" + listener.Addr().String() + prefix + "/"
}

// read are the pages that are looked at one by one: all but those of single files, of which there is one of each kind.
func read(t *testing.T) []string {
	paths := []string{"", "404.html", "hello/whole.go/", "hello/whole.txtar/"}
	for _, p := range builtBook(t) {
		if path, ok := strings.CutSuffix(p.path, "index.html"); ok && (strings.Count(path, "/") == 1 || strings.HasPrefix(path, "appendix/")) {
			paths = append(paths, path)
		}
	}
	return paths
}

// widths of a window: two phones and a desk.
var widths = []int64{320, 390, 1440}

// resize makes the window as wide as that, on a phone if it is a phone's width.
func resize(t *testing.T, ctx context.Context, width int64) {
	t.Helper()
	if width < 1000 {
		must(t, ctx, chromedp.EmulateViewport(width, 844, chromedp.EmulateMobile))
	} else {
		must(t, ctx, chromedp.EmulateViewport(width, 900))
	}
}

// prefer makes the system's theme light or dark.
func prefer(t *testing.T, ctx context.Context, theme string) {
	t.Helper()
	mustCall(t, ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}}})
}

func allowScripts(t *testing.T, ctx context.Context, allow bool) {
	t.Helper()
	mustCall(t, ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !allow})
}

// Every page is opened twice, without scripts and with them, and looked at in every way.
// Served from a folder below the root, as on a site with other things: every request stays in the folder and is answered.
func TestPagesInABrowser(t *testing.T) {
	t.Parallel()
	home := serve(t, "/some/path")
	for _, path := range read(t) {
		t.Run("/"+path, func(t *testing.T) {
			t.Parallel()
			// The whole book is every page again: one look at its shape is enough.
			lookAt(t, home, path, "", strings.HasSuffix(path, "book/"))
		})
	}
}

// lookAt opens a page, whose sources lie below from in the repository, and looks at it in every way, or only at its shape.
func lookAt(t *testing.T, home, path, from string, shape bool) {
	t.Helper()
	axe := readRoot(t, "site/testdata/axe/axe.min.js")
	ctx := tab(t, home)
	before := map[int64][]string{}
	if !shape {
		allowScripts(t, ctx, false)
		must(t, ctx, chromedp.Navigate(home+path))
		for _, width := range widths {
			resize(t, ctx, width)
			before[width] = places(t, ctx)
		}
		allowScripts(t, ctx, true)
	}
	must(t, ctx, chromedp.Navigate(home+path))
	if sheets := eval[int](t, ctx, `[...document.styleSheets].filter(s => s.cssRules.length > 50).length`); sheets != 1 {
		t.Errorf("%d style sheets, want 1", sheets)
	}
	for _, width := range widths {
		resize(t, ctx, width)
		for _, theme := range []string{"dark", "light"} {
			prefer(t, ctx, theme)
			noSideways(t, ctx, theme, width)
		}
		if !shape {
			nothingMoved(t, width, before[width], places(t, ctx))
		}
	}
	copiesTheSource(t, ctx, path, from)
	if shape {
		return
	}
	// What is folded away is looked at as well.
	eval[any](t, ctx, `document.querySelectorAll("main details").forEach((d) => (d.open = true)); 0`)
	eval[any](t, ctx, axe+"; 0")
	eval[any](t, ctx, thin+"; look()")
	// Code is half of a page's elements, and its coloured tokens say nothing about the page's build.
	eval[any](t, ctx, `thin("pre span:not([id])", (e) => e.replaceWith(...e.childNodes))`)
	accessible(t, ctx, "light", `["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
		rules: {"color-contrast": {enabled: false}, "link-in-text-block": {enabled: false}}`)
	prefer(t, ctx, "dark")
	eval[any](t, ctx, `look(); thin("body *", (e) => e.remove())`)
	for _, theme := range []string{"dark", "light"} {
		prefer(t, ctx, theme)
		accessible(t, ctx, theme, `["color-contrast", "link-in-text-block"]`)
	}
}

// places tells where everything on the page is.
func places(t *testing.T, ctx context.Context) []string {
	t.Helper()
	return eval[[]string](t, ctx, `[...document.querySelectorAll("body :not(dialog *, button)")].map((e) => {
		const r = e.getBoundingClientRect();
		const name = e.tagName.toLowerCase() + (e.className?.baseVal === undefined && e.className ? "." + e.className : "");
		return name + " at " + [r.left, r.top + scrollY, r.width, r.height].map(Math.round);
	})`)
}

// nothingMoved checks that what scripts add takes no room that was not kept for it: nothing on a page moves when they
// start, however late (CLS 0).
func nothingMoved(t *testing.T, width int64, before, after []string) {
	t.Helper()
	if len(before) != len(after) {
		t.Errorf("%d px: %d places without scripts, %d with them", width, len(before), len(after))
		return
	}
	for i := range before {
		if before[i] != after[i] {
			t.Errorf("%d px: without scripts %s, with them %s", width, before[i], after[i])
			return
		}
	}
}

// thin leaves one of each kind of elements and takes out the others, if they hold no element. Of a kind are those that
// look the same: they and all around them have the same classes, and the same colours in every theme that look has seen.
// axe's time goes by the number of elements.
const thin = `
	const looks = new Map();
	const look = () => {
		for (const e of document.querySelectorAll("body, body *")) {
			const { color, backgroundColor, textDecoration, fontSize, fontWeight } = getComputedStyle(e);
			looks.set(e, [looks.get(e), color, backgroundColor, textDecoration, fontSize, fontWeight].join());
		}
	};
	const thin = (all, takeOut) => {
		const kinds = new Map([[document.documentElement, ""]]), seen = new Set(), again = [];
		const kind = (e) => {
			if (!kinds.has(e)) kinds.set(e, [kind(e.parentElement), e.localName, e.getAttribute("class"), looks.get(e)].join("/"));
			return kinds.get(e);
		};
		for (const e of document.querySelectorAll(all)) {
			if (seen.has(kind(e))) again.push(e);
			seen.add(kind(e));
		}
		for (const e of again.reverse()) if (e.children.length === 0) takeOut(e);
	}`

// noSideways checks that the page is no wider than the window, and names what sticks out.
func noSideways(t *testing.T, ctx context.Context, theme string, width int64) {
	t.Helper()
	wide := eval[[]string](t, ctx, `document.documentElement.scrollWidth <= innerWidth ? [] :
		[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".scroll, pre"))
		.map(e => e.tagName + "." + e.className).slice(0, 5).concat("page")`)
	if len(wide) > 0 {
		t.Errorf("%s, %d px: the page scrolls sideways: %v", theme, width, wide)
	}
}

func accessible(t *testing.T, ctx context.Context, theme, rules string) {
	t.Helper()
	for _, v := range eval[[]string](t, ctx, `axe.run({resultTypes: ["violations"], runOnly: `+rules+`})
		.then(r => r.violations.flatMap(v => v.nodes.slice(0, 3).map(n => v.id + ": " + n.target + ": " + n.failureSummary)))`) {
		t.Errorf("%s: axe: %s", theme, v)
	}
}

// copiesTheSource checks that the copy button of every block gives the bytes of the source, or the commands of the
// session.
func copiesTheSource(t *testing.T, ctx context.Context, path, from string) {
	t.Helper()
	copied := eval[[]struct{ Path, First, Commands, Text string }](t, ctx, `(async () => {
		const found = [];
		let text;
		Object.defineProperty(navigator, "clipboard", { value: { writeText: async (s) => { text = s } }, configurable: true });
		for (const b of document.querySelectorAll("button.copy")) {
			b.click();
			const f = b.closest("figure");
			found.push({ Path: f.dataset.path ?? "", First: f.dataset.first ?? "", Commands: f.dataset.copy ?? "", Text: text });
		}
		return found;
	})()`)
	if len(copied) == 0 && slices.Contains(concepts(t), strings.TrimSuffix(path, "/")) {
		t.Error("no copy button")
	}
	for _, block := range copied {
		switch {
		case block.Path != "":
			var first int
			fmt.Sscan(block.First, &first)
			name := from + block.Path
			if slices.Contains(borrowed, block.Path) {
				name = block.Path
			}
			lines := strings.SplitAfter(source(t, name), "\n")
			want := strings.Join(lines[first-1:first-1+strings.Count(block.Text, "\n")], "")
			if block.Text == "" || block.Text != want {
				t.Errorf("copying %s:%d gives %q", block.Path, first, block.Text)
			}
		case block.Commands != "":
			if block.Text != block.Commands+"\n" {
				t.Errorf("copying the session of %q gives %q", block.Commands, block.Text)
			}
		case block.Text == "" || strings.HasPrefix(block.Text, "$"):
			t.Errorf("copying a command gives %q", block.Text)
		}
	}
}

func TestSearchFinds(t *testing.T) {
	t.Parallel()
	home := serve(t, "/some/path")
	ctx := tab(t, home)
	must(t, ctx, chromedp.Navigate(home+"hello/"), chromedp.KeyEvent("/"), chromedp.WaitVisible(chromedp.CSS("#query")))
	search := func(query string) []string {
		text, _ := json.Marshal(query)
		return eval[[]string](t, ctx, `new Promise((done) => {
			const told = document.getElementById("told");
			const query = document.getElementById("query");
			query.value = `+string(text)+`;
			told.textContent = "waiting";
			const look = () => told.textContent === "waiting" ? setTimeout(look, 5)
				: done([told.textContent, ...[...document.querySelectorAll("#results a")].map((a) => a.innerText + " " + a.href)]);
			query.dispatchEvent(new Event("input"));
			look();
		})`)
	}
	for query, want := range map[string]string{
		"sync.Mutex":   "synchronization/#",
		"mutx":         "mutex",
		"SIGKILL":      "/#",
		"runHello":     "hello/hello.go/#l-",
		"token.go":     "hello/token.go/",
		"Ring.Reserve": "reserve",
		"write-ahead":  "bank/",
	} {
		found := search(query)
		if !strings.Contains(strings.ToLower(strings.Join(found[1:min(len(found), 4)], "\n")), want) {
			t.Errorf("%q is not among the first three: %q", query, found)
		}
		for _, f := range found[1:] {
			if !strings.Contains(f, home) {
				t.Errorf("%q leads out of the book: %s", query, f)
			}
		}
	}
	// What a reader types is text, however long and odd.
	for _, query := range []string{strings.Repeat("x", 10_000), `.*+?^${}()|[]\`, `<img src=x onerror=alert(1)>`, "' OR 1=1", "\u202e"} {
		if found := search(query); len(found) == 0 {
			t.Errorf("search for %.20q has no answer", query)
		}
	}
	if images := eval[int](t, ctx, `document.querySelectorAll("dialog img, dialog script").length`); images != 0 {
		t.Error("markup in a query became markup in the page")
	}
}

func TestKeysAndTheme(t *testing.T) {
	t.Parallel()
	home := serve(t, "")
	ctx := tab(t, home)
	theme := func() string { return eval[string](t, ctx, `document.documentElement.dataset.theme ?? "system"`) }
	must(t, ctx, chromedp.Navigate(home+"hello/"))
	for _, want := range []string{"light", "dark"} {
		must(t, ctx, chromedp.KeyEvent("t"))
		if got := theme(); got != want {
			t.Errorf("after t the theme is %s, want %s", got, want)
		}
	}
	must(t, ctx, chromedp.Reload())
	if got := theme(); got != "dark" {
		t.Errorf("after a reload the theme is %s: not remembered", got)
	}
	must(t, ctx, chromedp.KeyEvent("t"), chromedp.KeyEvent("?"), chromedp.WaitVisible(chromedp.CSS("#keys")), chromedp.KeyEvent(kb.Escape), chromedp.WaitNotVisible(chromedp.CSS("#keys")))
	if len(concepts(t)) > 1 {
		next := concepts(t)[1]
		must(t, ctx, chromedp.KeyEvent(kb.ArrowRight))
		if got := eval[string](t, ctx, `new Promise(done => { const look = () => location.pathname !== "/hello/" ? done(location.pathname) : setTimeout(look, 5); look(); })`); got != "/"+next+"/" {
			t.Errorf("→ leads to %s, want /%s/", got, next)
		}
	}
}

// Without JavaScript everything is there to be read, nothing offers what it cannot do, and search is a page.
func TestReadingWithoutJavaScript(t *testing.T) {
	t.Parallel()
	home := serve(t, "")
	ctx := tab(t, home)
	allowScripts(t, ctx, false)
	must(t, ctx, chromedp.EmulateViewport(1440, 900), chromedp.Navigate(home+"hello/"))
	buttons := eval[int](t, ctx, `[...document.querySelectorAll("button")].filter(b => b.checkVisibility({ visibilityProperty: true })).length`)
	sessions := eval[int](t, ctx, `[...document.querySelectorAll("figure.session")].filter(f => f.offsetHeight > 20).length`)
	order := func() bool { return eval[bool](t, ctx, `document.querySelector("nav .order a").checkVisibility()`) }
	if buttons != 0 || sessions == 0 || !order() {
		t.Errorf("%d buttons are visible, %d sessions, list of concepts: %v", buttons, sessions, order())
	}
	must(t, ctx, chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile))
	folded := !order()
	must(t, ctx, chromedp.Click(chromedp.CSS("nav .order summary")))
	if !folded || !order() {
		t.Errorf("on a phone the list of concepts is folded: %v; opened by a click: %v", folded, order())
	}
	must(t, ctx, chromedp.Click(chromedp.CSS("#find")), chromedp.WaitVisible(chromedp.CSS("ul.headings")))
}
