package site

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// emptyBook returns a folder with the book's site and settings, and no page.
func emptyBook(t *testing.T) string {
	t.Helper()
	files, err := sources()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, text := range files {
		if strings.HasPrefix(name, "site/") && !strings.HasSuffix(name, ".go") || name == "hugo.toml" {
			write(t, filepath.Join(dir, filepath.FromSlash(name)), string(text))
		}
	}
	return dir
}

// An author's mistake stops the build, which names the place and says what exists instead.
func TestMistakesStopTheBuild(t *testing.T) {
	t.Parallel()
	mistakes := []struct{ page, want string }{
		{`[a](/nowhere/)`, `:%d:5: the link "/nowhere/" leads to no page of the book and no file of hello; its pages are: `},
		{`![a](none.png)`, `:%d:6: there is no image testdata/hello/none.png`},
		{`{{< code none.go >}}`, `:%d:1": there is no file "examples/hello/none.go"; examples/hello has: hello.go`},
		{`{{< code hello.go runHallo >}}`, `:%d:1": examples/hello/hello.go: there is no declaration "runHallo"; declared are: runHello, T.twice, T.twice, limit`},
		{`{{< code hello.go T.twice >}}`, `:%d:1": examples/hello/hello.go: "T.twice" is declared more than once, in lines 7, 8`},
		{`{{< code hello.go region lock >}}`, `:%d:1": examples/hello/hello.go: there is no region "lock" from a line ` + "`// region lock` to a line `// endregion lock`" + `; regions are: body`},
		{`{{< run none >}}`, `:%d:1": there is no file "testdata/hello/none.txtar"; testdata/hello has: `},
		{`{{< run hello "three" >}}`, `:%d:1": 0 phases of /testdata/hello/hello.txtar have "three" in their claim; the claims are: "one", "two"`},
		{`{{< run hello "o" >}}`, `:%d:1": 2 phases of /testdata/hello/hello.txtar have "o" in their claim`},
		{`{{< plot file="hello.bench" bench="None" y="ns/op" >}}`, `:%d:1": hello.bench has no numbers for this plot; its results are: Start/n=1, Zero/n=1, Both/by=a/n=1, Both/by=a/n=2`},
		{`{{< bench file="hello.bench" name="Start/n=2" unit="ns/op" >}}`, `:%d:1": hello.bench has no result "Start/n=2"; it has: Start/n=1, Zero/n=1, Both/by=a/n=1, Both/by=a/n=2`},
		{`{{< ratio file="hello.bench" a="Start/n=1" b="Start/n=1" unit="B/s" >}}`, `:%d:1": hello.bench: Start/n=1 has no "B/s"; it has: ns/op`},
		{`{{< plot file="hello.bench" bench="Start" y="ns/op" caption="c" colour="red" >}}`, `:%d:1": plot has no argument "colour"; it takes: file, bench, y, caption, x, series, where, log`},
		{`{{< plot file="hello.bench" bench="Start" y="ns/op" >}}`, `:%d:1": plot needs the argument caption="…"`},
		{`{{< plot hello.bench Start >}}`, `:%d:1": plot has no use for "hello.bench": it takes 0 arguments without a name`},
		{`{{< plot file="hello.bench" bench="Both" series="by" y="B/s" caption="c" >}}`, `:%d:1": Both/by=a/n=1 and Both/by=a/n=2 are the same point of this plot: where="…" has to choose`},
		{`{{< plot file="hello.bench" bench="Start" series="by" y="ns/op" caption="c" >}}`, `:%d:1": Start/n=1 has no by= for a series`},
		{`{{< plot file="hello.bench" bench="Start" y="ns/op" caption="c" log="z" >}}`, `:%d:1": log="z": an axis is x, y or xy`},
		{`{{< plot file="hello.bench" bench="Zero" x="n" y="ns/op" caption="c" log="y" >}}`, `:%d:1": hello.bench has a 0 for this plot, which has no place on a logarithmic axis`},
		{`{{< bench file="hello.bench" name="Start/n=1" unit="ns/op" at_least="1" >}}`, `:%d:1": bench has no argument "at_least"; it takes: file, name, unit, at-least, at-most`},
		{`{{< bench file="hello.bench" name="Start/n=1" >}}`, `:%d:1": bench needs the argument unit="…"`},
		{`{{< bench file="hello.bench" name="Start/n=1" unit="ns/op" at-most="20µs" >}}`, `:%d:1": at-most="20µs" is not a number in ns/op`},
		{`{{< ratio file="hello.bench" a="Start/n=1" b="Start/n=1" unit="ns/op" at-least="" >}}`, `:%d:1": at-least="" is not a number in times`},
		{`{{< ratio file="hello.bench" name="Start/n=1" unit="ns/op" >}}`, `:%d:1": ratio has no argument "name"; it takes: file, a, b, unit, at-least, at-most`},
		{`{{< ratio file="hello.bench" a="Start/n=1" b="Zero/n=1" unit="ns/op" >}}`, `:%d:1": hello.bench has a ns/op that is not above 0, which makes no ratio`},
	}
	dir := emptyBook(t)
	write(t, filepath.Join(dir, "content", "_index.md"), "---\ntitle: x\n---\n")
	write(t, filepath.Join(dir, "examples", "hello", "hello.go"),
		"package main\n\nfunc runHello() {\n\t// region body\n\t// endregion body\n}\nfunc (t *T) twice() {}\nfunc (T) twice() {}\n\nconst limit = 3\n")
	write(t, filepath.Join(dir, "testdata", "hello", "hello.txtar"), "# one\nexec hello\nstdout x\n\n# two\nexec hello\nstdout y\n")
	write(t, filepath.Join(dir, "testdata", "hello", "hello.bench"), "BenchmarkStart/n=1-2 10 20 ns/op\nBenchmarkZero/n=1-2 10 0 ns/op\nBenchmarkBoth/by=a/n=1-2 1 1 B/s\nBenchmarkBoth/by=a/n=2-2 1 1 B/s\n")
	content := "---\ntitle: Hello\nweight: 1\n---\n"
	for _, m := range mistakes {
		content += "\n" + m.page + "\n"
	}
	write(t, filepath.Join(dir, "content", "hello.md"), content)
	out, err := hugo(dir, "--destination", filepath.Join(dir, ".public"), "--cacheDir", filepath.Join(dir, "cache"))
	if err == nil {
		t.Fatalf("the build did not fail:\n%s", out)
	}
	for i, m := range mistakes {
		want := "hello.md" + fmt.Sprintf(m.want, 6+2*i)
		if !strings.Contains(out, want) {
			t.Errorf("%s\nis not answered by\n%s", m.page, want)
		}
	}
	if t.Failed() {
		t.Logf("hugo printed:\n%s", out)
	}
}

// A fence of code that no test ran has no place on a page.
func TestUntestedCodeStopsTheBuild(t *testing.T) {
	t.Parallel()
	dir := emptyBook(t)
	for _, folder := range []string{"examples", "testdata"} {
		write(t, filepath.Join(dir, folder, "hello", "x.txt"), "x")
	}
	write(t, filepath.Join(dir, "content", "hello.md"), "---\ntitle: Hello\nweight: 1\n---\n\n```go\nfmt.Println()\n```\n")
	out, err := hugo(dir, "--destination", filepath.Join(dir, ".public"), "--cacheDir", filepath.Join(dir, "cache"))
	if want := `hello.md:6:1": a fence of "go"`; err == nil || !strings.Contains(out, want) {
		t.Errorf("want a failure with %s, got %v:\n%s", want, err, out)
	}
}
