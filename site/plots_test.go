package site

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"golang.org/x/net/html"
)

// brokenBounds returns the places where a book marks that its recording does not bear out what a sentence needs.
func brokenBounds(doc *html.Node) []string {
	var found []string
	for _, mark := range elements(doc, "strong", "notso") {
		found = append(found, attr(mark, "data-place")+": "+attr(mark, "title"))
	}
	return found
}

// The book says nothing that its own recordings refute. A reader who has recorded anew sees the mark in his book, which
// builds all the same; what is in the repository has to bear out the text.
func TestRecordingsBearOutTheText(t *testing.T) {
	for _, p := range builtBook(t) {
		if p.path == "appendix/book/index.html" {
			continue // the same sentences again
		}
		for _, b := range brokenBounds(p.doc) {
			t.Errorf("%s In the repository the recording has to bear out the text: change the one or the other. A recording of your own is for the book on your machine.", b)
		}
	}
}

// build makes a book of one page for hello, with one recording, and returns the page and its Markdown twin.
func build(t *testing.T, text, recording string) (*html.Node, string) {
	t.Helper()
	dir := emptyBook(t)
	write(t, filepath.Join(dir, "content", "_index.md"), "---\ntitle: x\n---\n")
	write(t, filepath.Join(dir, "content", "hello.md"), "---\ntitle: Hello\nweight: 1\n---\n\n"+text)
	write(t, filepath.Join(dir, "examples", "hello", "hello.go"), "package main\n")
	write(t, filepath.Join(dir, "testdata", "hello", "hello.bench"), recording)
	out, err := hugo(dir, "--panicOnWarning", "--destination", filepath.Join(dir, ".public"), "--cacheDir", filepath.Join(dir, "cache"))
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	doc, err := html.Parse(strings.NewReader(readFile(t, filepath.Join(dir, ".public", "hello", "index.html"))))
	if err != nil {
		t.Fatal(err)
	}
	return doc, readFile(t, filepath.Join(dir, ".public", "hello", "index.md"))
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A recording that breaks a bound does not stop the build: the page and its twin say so beside the number, with the
// sentence's place for the test of the book. One that keeps it, if only just, is not marked.
func TestABoundThatARecordingBreaksIsMarked(t *testing.T) {
	t.Parallel()
	doc, twin := build(t, strings.Join([]string{
		`one {{< ratio file="hello.bench" a="Run/by=b" b="Run/by=a" unit="ns/op" at-least="3.1" >}} end`,
		`two {{< ratio file="hello.bench" a="Run/by=b" b="Run/by=a" unit="ns/op" at-most="2.9" >}} end`,
		`three {{< bench file="hello.bench" name="Run/by=a" unit="ns/op" at-least="2000" at-most="2001" >}} end`,
		`kept {{< ratio file="hello.bench" a="Run/by=b" b="Run/by=a" unit="ns/op" at-least="3" at-most="3" >}} end`,
		`kept {{< bench file="hello.bench" name="Run/by=a" unit="ns/op" at-least="1e3" at-most="1000" >}} end`,
	}, "\n\n"), "cpus: 2\nBenchmarkRun/by=a-2 1 900 ns/op\nBenchmarkRun/by=a-2 1 1000 ns/op\nBenchmarkRun/by=a-2 1 1200 ns/op\nBenchmarkRun/by=b-2 1 3000 ns/op\n")
	want := []string{
		"content/hello.md:6:5: This sentence needs at least 3.1; recorded is 3.0.",
		"content/hello.md:8:5: This sentence needs at most 2.9; recorded is 3.0.",
		"content/hello.md:10:7: This sentence needs at least 2 µs; recorded is 1.0 µs.",
	}
	if got := brokenBounds(doc); !slices.Equal(got, want) {
		t.Errorf("marked are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for _, line := range []string{
		"one 3.0 (2.5 to 3.3 from run to run) **(not so on this machine)** end",
		"two 3.0 (2.5 to 3.3 from run to run) **(not so on this machine)** end",
		"three 1.0 µs (900 ns to 1.2 µs) **(not so on this machine)** end",
		"kept 3.0 (2.5 to 3.3 from run to run) end",
		"kept 1.0 µs (900 ns to 1.2 µs) end",
	} {
		if !strings.Contains(twin, line+"\n") {
			t.Errorf("the Markdown twin has no line %q:\n%s", line, twin)
		}
		line = strings.Replace(line, "**(not so on this machine)**", "(not so on this machine)", 1)
		plain := regexp.MustCompile(` \([0-9].*? to [^)]*\)`).ReplaceAllString(line, "")
		if text := textOf(doc, ""); !strings.Contains(text, plain+"\n") {
			t.Errorf("the page has no line %q:\n%s", plain, text)
		}
	}
	for _, data := range elements(doc, "data", "") {
		if title := attr(data, "title"); !strings.Contains(title, " to ") || !strings.Contains(title, "2 CPUs") {
			t.Errorf("a number's title lacks its range or the CPUs: %q", title)
		}
	}
}

// A number has the digits that its runs allow.
func TestDigitsFollowTheSpread(t *testing.T) {
	t.Parallel()
	recording := ""
	for name, runs := range map[string][]string{"close": {"1230", "1234", "1238"}, "wide": {"1000", "1234", "1500"}, "once": {"1234"}, "edge": {"980", "999.6", "1010"}, "small": {"0.0100", "0.0123", "0.0150"}} {
		for _, r := range runs {
			recording += fmt.Sprintf("BenchmarkRun/by=%s-2 1 %s x/s\n", name, r)
		}
	}
	call := func(name string) string {
		return fmt.Sprintf("%s {{< bench file=\"hello.bench\" name=\"Run/by=%s\" unit=\"x/s\" >}}\n\n", name, name)
	}
	_, twin := build(t, call("close")+call("wide")+call("once")+call("edge")+call("small"), recording)
	for _, want := range []string{
		"close 1.23k x/s (1.23k x/s to 1.24k x/s)\n",
		"wide 1.2k x/s (1.0k x/s to 1.5k x/s)\n",
		"once 1.2k x/s\n",
		"edge 1.0k x/s (980 x/s to 1.0k x/s)\n",
		"small 0.012 x/s (0.010 x/s to 0.015 x/s)\n",
	} {
		if !strings.Contains(twin, want) {
			t.Errorf("the page lacks %q:\n%s", want, twin)
		}
	}
}

// One thing has one look in the whole book, and no two series of a plot are alike, in colour or in mark. Axes speak
// words, a legend has more than one entry, and what was not measured has neither mark nor spread.
func TestPlotsSpeak(t *testing.T) {
	look := regexp.MustCompile(`^s\d+$`)
	unit := regexp.MustCompile(`(?:\d |\()(?:ns|µs|ms|s|[kMGT]?B/s)(?:\)|$| )`)
	words := source(t, "site/assets/plots.toml")
	said := func(kind, text string) bool { return strings.Contains(words, fmt.Sprintf("%s = %q", kind, text)) }
	looks := map[string]string{} // label → look
	plots := 0
	for _, p := range builtBook(t) {
		if p.path == "appendix/book/index.html" {
			continue
		}
		for _, plot := range elements(p.doc, "figure", "plot") {
			plots++
			name := p.path + "#" + attr(plot, "id")
			taken := map[string]string{} // look → label
			series := func(label, class string) {
				words := strings.Fields(class)
				i := slices.IndexFunc(words, look.MatchString)
				if i < 0 {
					t.Errorf("%s: %q has no look: %q", name, label, class)
					return
				}
				if other, ok := taken[words[i]]; ok {
					t.Errorf("%s: %q and %q look alike", name, label, other)
				}
				taken[words[i]] = label
				if looks[label] == "" {
					looks[label] = class
				}
				if looks[label] != class {
					t.Errorf("%s: %q has the look %s, elsewhere %s", name, label, class, looks[label])
				}
				if !said("label", label) {
					t.Errorf("%s: plots.toml does not know the series %q", name, label)
				}
			}
			for _, legend := range elements(plot, "ul", "legend") {
				entries := elements(legend, "li", "")
				if len(entries) < 2 {
					t.Errorf("%s: the legend has %d entries", name, len(entries))
				}
				for _, e := range entries {
					series(textOf(e, ""), attr(e, "class"))
				}
			}
			groups := elements(plot, "g", "series")
			for i, label := range elements(plot, "text", "name") {
				series(textOf(label, ""), strings.TrimPrefix(attr(groups[i], "class"), "series "))
			}
			for _, g := range groups {
				if len(elements(g, "path", "bar")) > 0 && (len(elements(g, "path", "reach")) == 0 || len(elements(g, "path", "halo")) == 0) {
					t.Errorf("%s: a bar's spread cannot be seen on it", name)
				}
				if hasClass(g, "computed") && len(elements(g, "path", "spread")) > 0 {
					t.Errorf("%s: what was computed has a spread", name)
				}
			}
			if lines := len(elements(plot, "text", "name")) == 0; lines && len(groups) > 1 && len(elements(plot, "ul", "legend")) == 0 {
				t.Errorf("%s: %d series and no legend", name, len(groups))
			}
			for _, title := range elements(plot, "p", "x") {
				if !said("title", textOf(title, "")) {
					t.Errorf("%s: the axis %q has no words in plots.toml", name, textOf(title, ""))
				}
			}
			for _, title := range elements(plot, "p", "y") {
				measured := ""
				for _, cell := range elements(plot, "td", "") {
					measured += " " + textOf(cell, "")
				}
				if inTitle := unit.MatchString(textOf(title, "")); unit.MatchString(measured) {
					for _, tick := range elements(elements(plot, "div", "chart")[0], "svg", "ticks") {
						for _, text := range elements(tick, "text", "") {
							if s := textOf(text, ""); unit.MatchString(s) == inTitle {
								t.Errorf("%s: the axis says %q and its numbers say %q", name, textOf(title, ""), s)
							}
						}
					}
				}
				text := regexp.MustCompile(`^(?:thousand|million|billion) | \([^)]*\)$`).ReplaceAllString(textOf(title, ""), "")
				if !strings.Contains(words, fmt.Sprintf("= %q\n", text)) {
					t.Errorf("%s: the axis %q has no words in plots.toml", name, text)
				}
			}
		}
	}
	if plots == 0 {
		t.Error("the book has no plot")
	}
}

// Marks lie where the numbers of the axes say.
func TestPlotsPlacePoints(t *testing.T) {
	t.Parallel()
	doc, _ := build(t, `{{< plot file="hello.bench" bench="Run" x="n" y="ns/op" caption="c" >}}

{{< plot file="hello.bench" bench="Run" x="n" y="ns/op" log="xy" caption="c" >}}

{{< plot file="hello.bench" bench="Way" series="by" y="ns/op" caption="c" >}}
`, `cpus: 1
BenchmarkRun/n=1-2 1 10 ns/op
BenchmarkRun/n=100-2 1 100 ns/op
BenchmarkRun/n=10000-2 1 10000 ns/op
BenchmarkWay/by=a-2 1 5 ns/op
BenchmarkWay/by=b-2 1 8 ns/op
BenchmarkWay/by=b-2 1 10 ns/op
BenchmarkWay/by=b-2 1 20 ns/op
`)
	want := [][]string{
		// From 0 to 10 µs, and from 1 to 10,000: the least two lie near the corner.
		{"time (µs)", "0@232", "5@122", "10@12", "5.0% 227.8", "5.9% 225.8", "95.0% 8.0"},
		// From 10 ns to 10 µs, and two decades from mark to mark.
		{"time", "10 ns@232", "100 ns@159", "1 µs@85", "10 µs@12", "5.0% 228.0", "50.0% 154.7", "95.0% 8.0"},
		// Three quarters of the width are 20 ns.
		{"time (ns)", "M0 20H18.8v16H0z", "M0 64H37.5v16H0z", "M30.0 68v8m0-4H75.0m0-4v8"},
	}
	for i, plot := range elements(doc, "figure", "plot") {
		got := []string{textOf(elements(plot, "p", "y")[0], "")}
		for _, ticks := range elements(plot, "svg", "ticks") {
			for _, tick := range elements(ticks, "text", "") {
				got = append(got, textOf(tick, "")+"@"+attr(tick, "y"))
			}
		}
		for _, mark := range elements(elements(plot, "svg", "field")[0], "use", "") {
			got = append(got, attr(mark, "x")+" "+attr(mark, "y"))
		}
		for _, class := range []string{"bar", "reach"} {
			for _, path := range elements(plot, "path", class) {
				got = append(got, attr(path, "d"))
			}
		}
		if !slices.Equal(got, want[i]) {
			t.Errorf("plot %d has %q, want %q", i, got, want[i])
		}
		if recorded := textOf(elements(plot, "div", "recorded")[0], ""); !strings.HasPrefix(recorded, "Recorded 1 CPU.") {
			t.Errorf("plot %d: %q", i, recorded)
		}
	}
}

// A series that plots.toml does not know gets a look that is free, for the reader's sake; TestPlotsSpeak tells the author.
func TestUnknownSeriesDiffer(t *testing.T) {
	t.Parallel()
	recording := ""
	for _, by := range []string{"new-thing", "goroutines", "other"} {
		recording += "BenchmarkRun/by=" + by + "/n=1-2 1 5 ns/op\nBenchmarkRun/by=" + by + "/n=2-2 1 7 ns/op\n"
	}
	doc, _ := build(t, `{{< plot file="hello.bench" bench="Run" x="n" series="by" y="ns/op" caption="c" >}}`+"\n", recording)
	var classes []string
	for _, e := range elements(elements(doc, "ul", "legend")[0], "li", "") {
		classes = append(classes, attr(e, "class")+" "+textOf(e, ""))
	}
	if want := []string{"s1 new thing", "s2 goroutines", "s3 other"}; !slices.Equal(classes, want) {
		t.Errorf("the legend is %q, want %q", classes, want)
	}
}

// On a phone and on a desk a plot is there as a whole, its letters can be read and do not lie on one another, code is as
// large as output, no line of code or of a command is out of sight, and no button lies on a line.
func TestTypeAndPlotsFit(t *testing.T) {
	t.Parallel()
	home := serve(t, "")
	for _, c := range concepts(t) {
		t.Run(c, func(t *testing.T) {
			t.Parallel()
			ctx := tab(t, home)
			must(t, ctx, chromedp.Navigate(home+c+"/"))
			for _, width := range widths {
				resize(t, ctx, width)
				for _, wrong := range eval[[]string](t, ctx, fits) {
					t.Errorf("%d px: %s", width, wrong)
				}
			}
		})
	}
}

const fits = `(() => {
	const wrong = [], all = (selector, from = document) => [...from.querySelectorAll(selector)];
	const apart = (a, b) => a.right <= b.left + 1 || b.right <= a.left + 1 || a.bottom <= b.top + 3 || b.bottom <= a.top + 3;
	for (const plot of all("figure.plot")) {
		const frame = plot.getBoundingClientRect();
		const texts = all(".chart :is(text, p)", plot).filter((e) => e.checkVisibility());
		const boxes = texts.map((e) => e.getBoundingClientRect());
		texts.forEach((e, i) => {
			const say = (what) => wrong.push(plot.id + ": " + JSON.stringify(e.textContent) + " " + what);
			if (boxes[i].left < frame.left || boxes[i].right > frame.right) say("sticks out");
			if (parseFloat(getComputedStyle(e).fontSize) < 11) say("is small");
			texts.forEach((other, j) => { if (j < i && !apart(boxes[i], boxes[j])) say("lies on " + JSON.stringify(other.textContent)) });
		});
		for (const e of all(".chart svg, .chart use", plot)) {
			const box = e.getBoundingClientRect();
			if (box.left < frame.left || box.right > frame.right) wrong.push(plot.id + ": a " + e.localName + " sticks out");
		}
		for (const e of all(".chart :is(.computed .line, .measured :is(.line, .bar))", plot))
			if (getComputedStyle(e).strokeDasharray === "none") wrong.push(plot.id + ": a limit is not dashed");
	}
	const type = (e) => { const { fontSize, lineHeight } = getComputedStyle(e); return fontSize + "/" + lineHeight };
	const want = type(document.querySelector("figure pre.out, figure pre.chroma"));
	for (const e of all("figure.code pre code, figure.session pre.out"))
		if (type(e) !== want) wrong.push("code or output of " + type(e) + " beside " + want);
	for (const e of all("figure.code pre, figure.type pre"))
		if (e.scrollWidth > e.clientWidth) wrong.push("a line goes out of sight: " + e.textContent.slice(0, 50));
	for (const button of all("figure button")) {
		const box = button.getBoundingClientRect();
		const pre = button.closest("figure").querySelector("pre, .cmd")?.getBoundingClientRect();
		if (pre && !apart(box, pre)) wrong.push("a button lies on " + button.closest("figure").textContent.slice(0, 50));
	}
	return [...new Set(wrong)];
})()`
