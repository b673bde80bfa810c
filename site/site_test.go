// Package site holds the tests of the book: that it builds, that its pages show what the tested files hold, and that
// pages, programs and scripts belong together.
package site

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/html"
)

const root = ".."

// sources are what the book is made of. They are read by these tests themselves, too: go test keeps a result only as
// long as the files that the test opened are the same, and does not see what Hugo opens.
var sources = sync.OnceValues(func() (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, top := range []string{"content", "examples", "testdata", "site", "hugo.toml", "go.mod", "go.sum"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			text, err := os.ReadFile(path)
			rel, _ := filepath.Rel(root, path)
			files[filepath.ToSlash(rel)] = text
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return files, nil
})

func source(t *testing.T, name string) string {
	t.Helper()
	files, err := sources()
	if err != nil {
		t.Fatal(err)
	}
	text, ok := files[name]
	if !ok {
		t.Fatalf("there is no file %s", name)
	}
	return string(text)
}

// hugo runs the module's Hugo over the source tree in dir, and returns what it prints.
func hugo(dir string, args ...string) (string, error) {
	path, err := exec.Command("go", "tool", "-n", "hugo").Output()
	if err != nil {
		return "", fmt.Errorf("go tool -n hugo: %w", err)
	}
	cmd := exec.Command(strings.TrimSpace(string(path)), args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// A page is one HTML file of the built book.
type page struct {
	path string // in the book, such as "bank/index.html"
	text []byte
	doc  *html.Node
}

// outDir is where the book is built; TestMain removes it.
var outDir string

func TestMain(m *testing.M) {
	var err error
	outDir, err = os.MkdirTemp("", "lockstep-site")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	stopBrowser()
	os.RemoveAll(outDir)
	os.Exit(code)
}

// book builds the book once and returns its pages.
var book = sync.OnceValues(func() ([]page, error) {
	if _, err := sources(); err != nil {
		return nil, err
	}
	return buildBook(root, "book")
})

// buildBook builds the book of a source tree into a folder of outDir and returns its pages.
func buildBook(from, to string) ([]page, error) {
	dest := filepath.Join(outDir, to)
	out, err := hugo(from, "--panicOnWarning", "--noBuildLock", "--destination", dest, "--cacheDir", filepath.Join(outDir, "cache"))
	if err != nil {
		return nil, fmt.Errorf("hugo: %w\n%s", err, out)
	}
	var pages []page
	err = filepath.WalkDir(dest, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".html" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		doc, err := html.Parse(bytes.NewReader(text))
		rel, _ := filepath.Rel(dest, path)
		pages = append(pages, page{filepath.ToSlash(rel), text, doc})
		return err
	})
	return pages, err
}

// tell says once why the book does not build.
var tell sync.Once

func builtBook(t *testing.T) []page {
	t.Helper()
	pages, err := book()
	if err != nil {
		told := true
		tell.Do(func() { told = false })
		if told {
			t.Fatal("the book does not build, as said above")
		}
		t.Fatal(err)
	}
	return pages
}

func TestBookBuildsWithoutWarning(t *testing.T) {
	builtBook(t)
}

// elements returns the elements below n that have the given tag (or any, if empty) and class (or any).
func elements(n *html.Node, tag, class string) []*html.Node {
	var found []*html.Node
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && (tag == "" || d.Data == tag) && (class == "" || hasClass(d, class)) {
			found = append(found, d)
		}
	}
	return found
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func hasClass(n *html.Node, class string) bool {
	for _, c := range strings.Fields(attr(n, "class")) {
		if c == class {
			return true
		}
	}
	return false
}

// textOf returns the text below n, without elements of the class skip.
func textOf(n *html.Node, skip string) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		if skip != "" && n.Type == html.ElementNode && hasClass(n, skip) {
			return
		}
		for c := range n.ChildNodes() {
			walk(c)
		}
	}
	walk(n)
	return b.String()
}

var reading = strings.Fields(`hello processcreation dosomething multiprocessing dataparallelism parallelization
	fibonacci ipc sharedmem synchronization bank mpi`)

// concepts returns the concepts that have a program, a page or a script.
func concepts(t *testing.T) []string {
	t.Helper()
	files, err := sources()
	if err != nil {
		t.Fatal(err)
	}
	at := regexp.MustCompile(`^(?:examples/(\w+)/[^/]+\.go|content/(\w+)\.md|testdata/(\w+)/[^/]+\.txtar)$`)
	seen := map[string]string{} // concept → the first of its files
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if m := at.FindStringSubmatch(name); m != nil {
			if c := m[1] + m[2] + m[3]; seen[c] == "" {
				seen[c] = name
			}
		}
	}
	delete(seen, "_index")
	var names []string
	for _, c := range reading {
		if seen[c] != "" {
			names = append(names, c)
			delete(seen, c)
		}
	}
	for name, file := range seen {
		t.Errorf("%s:1: %q is none of the concepts: %s", file, name, strings.Join(reading, " "))
	}
	return names
}
