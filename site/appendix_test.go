package site

import (
	"fmt"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// The page Take it home says how large each package is and which modules it needs: as many lines and files as there are,
// and the modules that the parser finds. It shows the commands of README.md, which another test types.
func TestTakeHomeSaysWhatIsThere(t *testing.T) {
	page := pageAt(t, "appendix/takehome/index.html")
	text := textOf(page.doc, "")
	for folder, may := range takeHome {
		lines, files, modules := 0, 0, map[string]bool{}
		for name, source := range programFiles(t, strings.Split(folder, "/")[0]) {
			if path.Dir(name) != "examples/"+folder {
				continue
			}
			files++
			lines += strings.Count(source, "\n")
			if path.Ext(name) != ".go" {
				continue
			}
			f, err := parser.ParseFile(token.NewFileSet(), name, source, parser.ImportsOnly)
			if err != nil {
				t.Fatal(err)
			}
			for _, spec := range f.Imports {
				imported, _ := strconv.Unquote(spec.Path.Value)
				if parts := strings.SplitN(imported, "/", 4); strings.Contains(parts[0], ".") {
					modules[strings.Join(parts[:3], "/")] = true
				}
			}
		}
		needs := slices.Sorted(maps.Keys(modules))
		if slices.Sort(may); !slices.Equal(needs, may) {
			t.Errorf("examples/%s imports %q; takeHome has %q", folder, needs, may)
		}
		number := fmt.Sprint(lines)
		if lines >= 1000 {
			number = fmt.Sprintf("%d,%03d", lines/1000, lines%1000)
		}
		want := fmt.Sprintf("It has %s lines in %d files, without its tests. Besides the standard library it needs %s.",
			number, files, strings.Join(append(needs, []string{"nothing"}[min(len(needs), 1):]...), " and "))
		if !strings.Contains(text, want) {
			t.Errorf("%s does not say of %s: %s", page.path, folder, want)
		}
		shown := slices.ContainsFunc(elements(page.doc, "figure", "code"), func(block *html.Node) bool {
			// An Example of the pool belongs to a program that uses it.
			return strings.HasPrefix(attr(block, "data-path"), "examples/"+path.Dir(folder)+"/") && path.Base(attr(block, "data-path")) == "example_test.go"
		})
		if !shown {
			t.Errorf("%s shows no Example of %s", page.path, folder)
		}
	}
	if commands := commandsToTakeHome(t); !strings.Contains(source(t, "content/appendix/takehome.md"), commands) {
		t.Errorf("content/appendix/takehome.md does not show the commands of README.md:\n%s", commands)
	}
}

// The glossary's terms are in order, each once, and each link leads to a section that speaks of the term.
func TestGlossaryLeadsToItsTerms(t *testing.T) {
	page := pageAt(t, "appendix/glossary/index.html")
	before := ""
	for _, row := range elements(elements(page.doc, "tbody", "")[0], "tr", "") {
		cells := elements(row, "td", "")
		term := strings.ToLower(textOf(cells[0], ""))
		if term <= before {
			t.Errorf("the glossary has %q behind %q", term, before)
		}
		before = term
		links := elements(cells[2], "a", "")
		if len(links) == 0 {
			t.Errorf("the glossary has no link at %q", term)
		}
		for _, a := range links {
			to, id, _ := strings.Cut(path.Join(path.Dir(page.path), attr(a, "href")), "#")
			text := strings.ToLower(sectionOf(pageAt(t, path.Join(to, "index.html")).doc, id))
			for _, word := range regexp.MustCompile(`[\w-]{3,}`).FindAllString(term, -1) {
				// The section may have another form of the word: publish, published.
				if stem := word[:min(len(word), 6)]; !strings.Contains(text, stem) {
					t.Errorf("the glossary's link of %q leads to %s#%s, which does not speak of %s…", term, to, id, stem)
				}
			}
		}
	}
}

// Who comes from Python finds each of the course's scripts, with the page that it became.
func TestEveryScriptOfTheCourseHasARow(t *testing.T) {
	text := source(t, "content/appendix/python.md")
	_, text, _ = strings.Cut(text, "\n## The scripts of the course\n")
	text, _, _ = strings.Cut(text, "\n## ")
	for _, c := range concepts(t) {
		row := regexp.MustCompile(`(?m)^\| .*` + "`\\w+\\.py`" + `.*\]\(/` + c + `/`)
		if !row.MatchString(text) {
			t.Errorf("content/appendix/python.md: the table of scripts has no row for %s", c)
		}
	}
}

func pageAt(t *testing.T, path string) page {
	t.Helper()
	for _, p := range builtBook(t) {
		if p.path == path {
			return p
		}
	}
	t.Fatalf("the book has no page %s", path)
	return page{}
}

// sectionOf returns the text from the heading with an id up to the next heading of the same level or above; of the whole
// page, if the id is empty.
func sectionOf(doc *html.Node, id string) string {
	main := elements(doc, "main", "")[0]
	if id == "" {
		return textOf(main, "")
	}
	var text strings.Builder
	level := ""
	for e := range main.ChildNodes() {
		heading := e.Type == html.ElementNode && regexp.MustCompile(`^h[1-6]$`).MatchString(e.Data)
		switch {
		case heading && attr(e, "id") == id:
			level = e.Data
		case heading && level != "" && e.Data <= level:
			return text.String()
		}
		if level != "" {
			text.WriteString(textOf(e, "") + "\n")
		}
	}
	return text.String()
}
