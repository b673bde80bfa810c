package site

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"golang.org/x/net/html"
)

// pieces is a book with one page that has one of each piece.
const pieces = "site/testdata/pieces/"

// borrowed are what it takes from the real book.
var borrowed = []string{"hugo.toml", "content/_content.gotmpl", "content/appendix/_index.md", "content/appendix/contents.md", "content/appendix/book.md",
	"examples/hello/first/main.go", "examples/hello/exercise/given.go", "examples/hello/exercise/exercise.go", "testdata/hello/exercise/solution.go"}

// piecesBook builds it once and returns the page and its Markdown twin.
var piecesBook = sync.OnceValues(func() (*html.Node, error) {
	files, err := sources()
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(outDir, "pieces-source")
	for name, text := range files {
		to, ok := strings.CutPrefix(name, pieces)
		if !ok && !strings.HasPrefix(name, "site/layouts/") && !strings.HasPrefix(name, "site/assets/") && !strings.HasPrefix(name, "site/static/") &&
			!slices.Contains(borrowed, name) {
			continue
		}
		if !ok {
			to = name
		}
		to = filepath.Join(dir, filepath.FromSlash(to))
		if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
			return nil, err
		}
		if err := os.WriteFile(to, text, 0o666); err != nil {
			return nil, err
		}
	}
	pages, err := buildBook(dir, "pieces")
	if err != nil {
		return nil, err
	}
	for _, p := range pages {
		if p.path == "hello/index.html" {
			return p.doc, nil
		}
	}
	return nil, os.ErrNotExist
})

func piecesPage(t *testing.T) *html.Node {
	t.Helper()
	doc, err := piecesBook()
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func piecesTwin(t *testing.T) string {
	t.Helper()
	piecesPage(t)
	text, err := os.ReadFile(filepath.Join(outDir, "pieces", "hello", "index.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// squeezed returns the text below n with single blanks.
func squeezed(n *html.Node) string { return strings.Join(strings.Fields(textOf(n, "")), " ") }

// A whole program is a program and comes first, lines from inside a function are nothing without it, a declaration by
// itself is a function, and what a block lacks is listed.
func TestLabelsOfPieces(t *testing.T) {
	var got []string
	for _, f := range elements(piecesPage(t), "figure", "code") {
		label := attr(f, "data-path") + " " + attr(f, "data-label")
		for _, n := range elements(f, "span", "needs") {
			label += " " + squeezed(n)
		}
		got = append(got, strings.TrimPrefix(label, "examples/hello/"))
		if text := textOf(elements(f, "pre", "")[0], "ln"); strings.HasSuffix(text, "\n\n") {
			t.Errorf("%s ends in an empty line:\n%s", label, text)
		}
	}
	want := []string{
		"first/main.go program",
		"torn.go excerpt needs tornChild",
		"torn.go function",
		"ring.go excerpt needs ring.next",
		"ring.go excerpt needs ring",
		"traps.go excerpt needs width, limit, first",
		"torn.go excerpt needs count, halves",
		"whole.go excerpt needs count",
		"exercise/exercise.go excerpt needs errNotBegun",
		"testdata/hello/exercise/solution.go excerpt needs start",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the labels are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	twin := piecesTwin(t)
	first := regexp.MustCompile("(?s)```go\n(.*?)```").FindStringSubmatch(twin)
	if first == nil || first[1] != source(t, "examples/hello/first/main.go") {
		t.Errorf("the Markdown twin's first block is not the whole program:\n%s", first)
	}
	for _, head := range []string{
		"Broken: `examples/hello/torn.go`, from line 8 (excerpt; needs `count`, `halves`):\n\n```go\n",
		"Fixed: `examples/hello/whole.go`, from line 5 (excerpt; needs `count`):\n\n```go\n",
	} {
		if !strings.Contains(twin, head) {
			t.Errorf("the Markdown twin has no %q", head)
		}
	}
}

// Broken and fixed stand beside each other; what is in one only is marked with a sign, and of the broken one the wrong
// line, whose own comment says what is wrong.
func TestDiffMarksWhatDiffers(t *testing.T) {
	pair := elements(piecesPage(t), "div", "pair")
	if len(pair) != 1 {
		t.Fatalf("%d pairs, want 1", len(pair))
	}
	var got []string
	for _, line := range elements(pair[0], "span", "line") {
		if class := strings.TrimSpace(strings.TrimPrefix(attr(line, "class"), "line")); class != "" {
			got = append(got, class+":"+strings.TrimSpace(textOf(line, "ln")))
		}
	}
	want := []string{
		"gone:func tornChild(text string) {",
		"gone:// region write",
		"gone:os.Stdout.WriteString(text)",
		`gone wrong:os.Stdout.WriteString("\n") // NOTE: incorrect: another process may have written in between`,
		"gone:// endregion write",
		"gone:count(halves)",
		"gone:// tornChild writes a line.",
		"new:// wholeChild writes a line.",
		"new:func wholeChild(text string) {",
		`new:os.Stdout.WriteString(text + "\n")`,
		"new:count(1)",
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("marked are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// An outcome that is asked for or tried is folded away, whole: what is seen before is the command and nothing that tells.
func TestOutcomesAreFolded(t *testing.T) {
	page := piecesPage(t)
	folded := append(elements(page, "figure", "predict"), elements(page, "figure", "try")...)
	if len(folded) != 4 {
		t.Fatalf("%d sessions are folded, want 4", len(folded))
	}
	for _, f := range folded {
		var seen, hidden strings.Builder
		for c := range f.ChildNodes() {
			if c.Type == html.ElementNode && c.Data == "details" {
				hidden.WriteString(squeezed(c))
			} else {
				seen.WriteString(squeezed(c) + "\n")
			}
		}
		for _, told := range []string{"Square:", "exit status", "newline", "whole", "Broken"} {
			if strings.Contains(seen.String(), told) && !strings.Contains(seen.String(), "--- a/") {
				t.Errorf("before it is unfolded, a session says %q:\n%s", told, seen.String())
			}
		}
		if !strings.Contains(seen.String(), "go run ./examples/hello") || len(elements(f, "", "label")) == 0 {
			t.Errorf("a folded session shows no command, or has no label:\n%s", seen.String())
		}
	}
	if q := squeezed(folded[0]); !strings.HasPrefix(q, "What will be on the screen?") || !strings.Contains(q, "one line and an empty one") {
		t.Errorf("the question is not asked: %s", q)
	}
	twin := piecesTwin(t)
	for _, want := range []string{
		"Predict: What will be on the screen? (two lines · one line and an empty one · four lines)",
		"The answer: one line and an empty one.",
		"Which line is *empty* now? See [the home page](../).",
		"+\tos.Stdout.WriteString(\"\\n\")\n",
	} {
		if !strings.Contains(twin, want) {
			t.Errorf("the Markdown twin does not say %q", want)
		}
	}
}

// A pattern or an order with a comment speaks its words; the regular expression is the label's meaning.
func TestPatternsSpeakWords(t *testing.T) {
	found := map[string]bool{}
	for _, a := range elements(piecesPage(t), "div", "assert") {
		found[squeezed(a)] = true
		if strings.Contains(squeezed(a), "order") && !strings.Contains(attr(elements(a, "span", "label")[0], "title"), `^\[a\] before ^\[b\]`) {
			t.Errorf("the label of the order does not say what the test looks for: %q", attr(elements(a, "span", "label")[0], "title"))
		}
	}
	for _, want := range []string{"pattern a line of two processes isn't whole", "order the square's line comes before the cube's", "pattern output: x"} {
		if !found[want] {
			t.Errorf("no assertion says %q; said are %v", want, found)
		}
	}
}

// A change to the source is shown as it stands in the script, and copied with the command, as the files are that it reads.
func TestPatchesAreShownAndCopied(t *testing.T) {
	for _, f := range elements(piecesPage(t), "figure", "try") {
		copied := attr(f, "data-copy")
		switch patches := elements(f, "pre", "patch"); {
		case len(patches) == 1:
			section := regexp.MustCompile(`(?s)-- front.patch --\n(.*?)-- input`).FindStringSubmatch(source(t, pieces+"testdata/hello/torn.txtar"))[1]
			if shown := textOf(patches[0], ""); shown != section {
				t.Errorf("the change shown is\n%s\nwant\n%s", shown, section)
			}
			numbered := strings.Replace(strings.Replace(section, "@@\n", "@@ -8,6 +8,7 @@\n", 1), "@@\n-", "@@ -14,2 +15,1 @@\n-", 1)
			if want := "git apply <<'EOF'\n" + numbered + "EOF\ngo run ./examples/hello torn -schedule SCSC"; copied != want {
				t.Errorf("copied is\n%s\nwant\n%s", copied, want)
			}
		case len(patches) == 0:
			if want := "cat >input.txt <<'EOF'\na <b> & c\nEOF\ngo run ./examples/hello -in input.txt"; copied != want {
				t.Errorf("copied is\n%s\nwant\n%s", copied, want)
			}
		}
	}
}

// A diagram is drawn without inline styles, said in words to those who don't see it, and is text in the Markdown twin.
func TestDiagramsAreDrawn(t *testing.T) {
	figures := elements(piecesPage(t), "figure", "diagram")
	if len(figures) != 1 {
		t.Fatalf("%d diagrams, want 1", len(figures))
	}
	svg := elements(figures[0], "svg", "")[0]
	if attr(svg, "role") != "img" || !strings.HasPrefix(attr(svg, "aria-label"), "A box, parent,") {
		t.Errorf("the drawing has role %q and the description %q", attr(svg, "role"), attr(svg, "aria-label"))
	}
	if caption := squeezed(elements(figures[0], "figcaption", "")[0]); caption != "One parent, and a child that writes to its parent's terminal." {
		t.Errorf("the caption is %q", caption)
	}
	var words []string
	for _, e := range elements(figures[0], "", "") {
		if attr(e, "style") != "" {
			t.Errorf("<%s> has the inline style %q", e.Data, attr(e, "style"))
		}
		if e.Data == "text" {
			words = append(words, textOf(e, ""))
		}
	}
	if got := strings.Join(words, " "); got != "Start parent child 1 terminal" {
		t.Errorf("the drawing says %q", got)
	}
	if twin := piecesTwin(t); !strings.Contains(twin, "    | parent +--------->| child 1 +--> terminal\n") {
		t.Error("the diagram's text is not in the Markdown twin")
	}
}

// An exercise shows what is to be written and how it is checked; its hints are offered one by one, the solution last.
func TestExerciseFoldsItsHints(t *testing.T) {
	e := elements(piecesPage(t), "section", "exercise")
	if len(e) != 1 {
		t.Fatalf("%d exercises, want 1", len(e))
	}
	var top []string
	for c := range e[0].ChildNodes() {
		if c.Type == html.ElementNode && c.Data == "details" {
			top = append(top, squeezed(elements(c, "summary", "")[0]))
		}
	}
	hints := elements(e[0], "details", "hint")
	if !slices.Equal(top, []string{"Hint 1", "Solution"}) || len(hints) != 2 || !strings.Contains(squeezed(hints[0]), "Only the order changes. See start. Hint 2 Close what is not yours.") {
		t.Errorf("folded are %v, with %d hints", top, len(hints))
	}
	if text := squeezed(e[0]); !strings.Contains(text, "go test ./examples/hello/exercise") || !strings.Contains(text, "The token goes backwards.") {
		t.Errorf("the exercise does not say what to do: %s", text)
	}
	twin := piecesTwin(t)
	for _, want := range []string{"1. Only the order changes. See `start`.\n2. Close", "```sh\ngo test ./examples/hello/exercise\n```", "Solution: `testdata/hello/exercise/solution.go`"} {
		if !strings.Contains(twin, want) {
			t.Errorf("the Markdown twin does not say %q", want)
		}
	}
}

// The pieces are as light, as accessible and as still as the rest of a page, without scripts and with them.
func TestPiecesInABrowser(t *testing.T) {
	t.Parallel()
	piecesPage(t)
	home := serveFolder(t, filepath.Join(outDir, "pieces"), "/some/path")
	t.Run("look", func(t *testing.T) {
		t.Parallel()
		lookAt(t, home, "hello/", pieces, false)
	})
	t.Run("predict", func(t *testing.T) {
		t.Parallel()
		ctx := tab(t, home)
		state := func() string {
			return eval[string](t, ctx, `(() => {
				const f = document.querySelector(".predict:has(.choices)");
				return [f.querySelector("details").open, f.querySelector(".verdict").textContent, ...[...f.querySelectorAll("li")].map((l) => l.className + (l.querySelector("button").disabled ? "!" : ""))].join("|");
			})()`)
		}
		for _, test := range []struct{ choose, want string }{
			{"0", "true|No: one line and an empty one.|not!|right!|!"},
			{"1", "true|That is right.|!|right!|!"},
		} {
			must(t, ctx, chromedp.Navigate(home+"hello/"))
			if got := state(); got != "false||||" {
				t.Errorf("before a choice: %s", got)
			}
			// By the keyboard: a choice is a button.
			eval[any](t, ctx, `document.querySelectorAll(".choices button")[`+test.choose+`].focus(); 0`)
			must(t, ctx, chromedp.KeyEvent(kb.Enter))
			if got := state(); got != test.want {
				t.Errorf("choice %s: %s, want %s", test.choose, got, test.want)
			}
		}
	})
	t.Run("without JavaScript", func(t *testing.T) {
		t.Parallel()
		ctx := tab(t, home)
		allowScripts(t, ctx, false)
		must(t, ctx, chromedp.Navigate(home+"hello/"))
		visible := func(selector string) bool {
			return eval[bool](t, ctx, `document.querySelector('`+selector+`').checkVisibility({ visibilityProperty: true })`)
		}
		if !visible(".choices li") || visible(".predict .out") {
			t.Errorf("a choice is seen: %v; the outcome is seen before it is unfolded: %v", visible(".choices li"), visible(".predict .out"))
		}
		must(t, ctx, chromedp.Click(chromedp.CSS(".predict summary")))
		if !visible(".predict .out") {
			t.Error("a click on its summary does not unfold the outcome")
		}
	})
}

// An author's mistake with a piece stops the build, which names the place and says what is missing.
func TestMistakesWithPieces(t *testing.T) {
	t.Parallel()
	mistakes := []struct{ page, want string }{
		{`{{< code torn.go halves tornChild >}}`, `:%d:1": code has no use for "tornChild": it takes 2 arguments without a name`},
		{`{{< code torn.go region write count >}}`, `:%d:1": code has no use for "count": it takes 3 arguments without a name`},
		{`{{< code torn.go tornChild function >}}`, `:%d:1": examples/hello/torn.go, line 8, is no function: it is labelled excerpt, and needs: count, halves`},
		{`{{< code torn.go region write function >}}`, `:%d:1": examples/hello/torn.go, line 11, is no function: it is labelled excerpt, and needs: tornChild`},
		{`{{< code torn.go halves excerpt >}}`, `:%d:1": examples/hello/torn.go, line 5, is no excerpt: it is labelled function, and needs: nothing`},
		{`{{< code >}}`, `:%d:1": code needs 1 arguments without a name and has 0`},
		{`{{< code file="torn.go" >}}`, `:%d:1": code has no argument "file"; it takes: arguments without a name`},
		{`{{< program "torn.go" >}}`, `:%d:1": examples/hello/torn.go is no program that runs by itself: it is an excerpt, and needs: count`},
		{`{{< program "first/main.go" main >}}`, `:%d:1": program has no use for "main"`},
		{`{{< diff "torn.go tornChild" >}}`, `:%d:1": diff needs 2 arguments without a name and has 1`},
		{`{{< diff "torn.go tornChild" "torn.go tornChild" >}}`, `:%d:1": examples/hello/torn.go and examples/hello/torn.go are the same`},
		{`{{< diff "whole.go count" "whole.go wholeChild" >}}`, `:%d:1": examples/hello/whole.go has no line marked // NOTE: incorrect`},
		{`{{< diff "torn.go tornChild" "torn.go" >}}`, `:%d:1": examples/hello/torn.go is shown as right, and has a line marked // NOTE: incorrect`},
		{`{{< run >}}`, `:%d:1": run needs 1 arguments without a name and has 0`},
		{`{{< run torn "again" "x" >}}`, `:%d:1": run has no use for "x"`},
		{`{{< run script="torn" claim="again" predict="?" choice="a | b" >}}`, `:%d:1": run has no argument "choice"; it takes: script, claim, predict, choices, answer`},
		{`{{< run script="torn" predict="?" >}}`, `:%d:1": run needs the argument claim="…"`},
		{`{{< run script="torn" claim="again" predict="?" choices="a | b" answer="3" >}}`, `:%d:1": answer="3": want the number of the right one of the 2 choices`},
		{`{{< run script="torn" claim="again" predict="?" choices="a | b" >}}`, `:%d:1": answer="": want the number of the right one of the 2 choices`},
		{`{{< try torn "no such phase" >}}x{{< /try >}}`, `:%d:1": 0 phases of /testdata/hello/torn.txtar have "no such phase" in their claim`},
		{`{{< try torn >}}x{{< /try >}}`, `:%d:1": try needs 2 arguments without a name and has 1`},
		{`{{< try torn "again" >}}{{< /try >}}`, `:%d:1": try does not say what to watch for`},
		{`{{< try silent "nothing" >}}x{{< /try >}}`, `:%d:1": the phase "nothing is compared" has 1 commands and compares 0 outputs`},
		{`{{< exercise "Forwards" >}}- x{{< /exercise >}}`, `:%d:1": examples/hello/exercise/exercise.go: there is no declaration "Forwards"`},
		{`{{< exercise "Backwards" >}}Nothing helps.{{< /exercise >}}`, `:%d:1": exercise has no hint`},
		{`{{< exercise >}}- x{{< /exercise >}}`, `:%d:1": exercise needs 1 arguments without a name and has 0`},
		{`{{< solution "x" >}}x{{< /solution >}}`, `:%d:1": solution has no use for "x"`},
		{"```goat {caption=\"x\"}\n-->\n```", `:%d:1": a goat diagram needs description="…"`},
		{"```goat\n-->\n```", `:%d:1": a goat diagram needs caption="…"`},
		{"```goat {caption=\"x\" description=\"y\" colour=\"z\"}\n-->\n```", `:%d:1": a goat diagram has no use for colour`},
		{"```goat {caption=\"x\" description=\"y\"}\n" + strings.Repeat("-", 57) + "\n```", `:%d:1": this diagram is 57 columns wide: a phone shows 56`},
	}
	piecesPage(t)
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(outDir, "pieces-source"))); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "testdata", "hello", "silent.txtar"), "# nothing is compared\nexec hello\n\n# x\nexec hello\nstdout x\n")
	content := "---\ntitle: Hello\nweight: 1\n---\n"
	var lines []int
	for _, m := range mistakes {
		content += "\n"
		lines = append(lines, strings.Count(content, "\n")+1)
		content += m.page + "\n"
	}
	write(t, filepath.Join(dir, "content", "hello.md"), content)
	out, err := hugo(dir, "--destination", filepath.Join(dir, ".public"), "--cacheDir", filepath.Join(dir, "cache"))
	if err == nil {
		t.Fatalf("the build did not fail:\n%s", out)
	}
	for i, m := range mistakes {
		if want := "hello.md" + fmt.Sprintf(m.want, lines[i]); !strings.Contains(out, want) {
			t.Errorf("%s\nis not answered by\n%s", m.page, want)
		}
	}
	if t.Failed() {
		t.Logf("hugo printed:\n%s", out)
	}
}
