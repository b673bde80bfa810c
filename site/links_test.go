package site

import (
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
)

// Every link and image inside the book leads somewhere, down to the heading, and no id is used twice.
func TestLinksLeadSomewhere(t *testing.T) {
	pages := builtBook(t)
	ids := map[string]map[string]bool{} // page → its ids
	for _, p := range pages {
		ids[p.path] = map[string]bool{}
		for _, e := range elements(p.doc, "", "") {
			if id := attr(e, "id"); id != "" {
				if ids[p.path][id] {
					t.Errorf("%s: the id %q is used twice", p.path, id)
				}
				ids[p.path][id] = true
			}
		}
	}
	for _, p := range pages {
		for _, e := range elements(p.doc, "", "") {
			for _, name := range []string{"href", "src"} {
				link := attr(e, name)
				if link == "" {
					continue
				}
				u, err := url.Parse(link)
				if err != nil {
					t.Errorf("%s: %v", p.path, err)
					continue
				}
				if u.IsAbs() {
					if e.Data != "a" && e.Data != "link" {
						t.Errorf("%s: <%s> asks another site for %s", p.path, e.Data, link)
					}
					continue
				}
				to := p.path
				if u.Path != "" {
					to = path.Join(path.Dir(p.path), u.Path)
					if strings.HasPrefix(u.Path, "/") {
						to = strings.TrimPrefix(path.Clean(u.Path), "/")
					}
					if strings.HasSuffix(u.Path, "/") || to == "" || to == "." {
						to = path.Join(to, "index.html")
					}
				}
				if _, err := os.Stat(filepath.Join(outDir, "book", filepath.FromSlash(to))); err != nil {
					t.Errorf("%s: the link %q leads to nothing", p.path, link)
				} else if u.Fragment != "" && !ids[to][u.Fragment] {
					t.Errorf("%s: the link %q leads to no heading of %s", p.path, link, to)
				}
			}
		}
	}
}

// A figure inside a paragraph ends it early, and its end tag is then read as one more, empty paragraph.
// It comes from shortcodes on lines that follow each other.
func TestFiguresStandOutsideParagraphs(t *testing.T) {
	for _, p := range builtBook(t) {
		for _, e := range elements(p.doc, "p", "") {
			if e.FirstChild == nil && len(e.Attr) == 0 {
				t.Errorf("%s: a figure is inside a paragraph: put an empty line between shortcodes", p.path)
				break
			}
		}
	}
}

// The parts of a page that a screen reader lists must be told apart by their names.
func TestLandmarksHaveNames(t *testing.T) {
	for _, p := range builtBook(t) {
		seen := map[string]bool{}
		for _, tag := range []string{"nav", "aside"} {
			marks := elements(p.doc, tag, "")
			for _, e := range marks {
				name := attr(e, "aria-label")
				if name == "" && len(marks) > 1 {
					t.Errorf("%s: one of %d <%s> has no aria-label", p.path, len(marks), tag)
				} else if name != "" && seen[name] {
					t.Errorf("%s: the landmark %q is there twice", p.path, name)
				}
				seen[name] = true
			}
		}
	}
}

// Who comes from a search engine sees at the top of every page where in the book it lies, and can go up from there.
func TestPagesSayWhereTheyLie(t *testing.T) {
	for _, p := range builtBook(t) {
		if p.path == "index.html" || p.path == "404.html" {
			continue
		}
		trails := elements(p.doc, "nav", "trail")
		if len(trails) != 1 {
			t.Errorf("%s: %d trails of breadcrumbs instead of one", p.path, len(trails))
			continue
		}
		steps := elements(trails[0], "li", "")
		for i, step := range steps {
			links := elements(step, "a", "")
			last := i == len(steps)-1
			switch {
			case last && attr(step, "aria-current") != "page":
				t.Errorf("%s: the trail's last step is not marked as the current page", p.path)
			case !last && len(links) != 1:
				t.Errorf("%s: step %d of the trail, %q, leads nowhere", p.path, i+1, textOf(step, ""))
			case i == 0 && path.Join(path.Dir(p.path), attr(links[0], "href")) != ".":
				t.Errorf("%s: the trail begins with %q instead of the home page", p.path, attr(links[0], "href"))
			}
		}
	}
}
