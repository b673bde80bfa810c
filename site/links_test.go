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
