package site

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A page says the same to a machine: its Markdown twin has the same code and the same transcripts, and its links lead
// to the same places.
func TestMarkdownTwins(t *testing.T) {
	fence := regexp.MustCompile("(?ms)^```.*?^```$")
	link := regexp.MustCompile(`\]\(([^)#]*)(#[^)]*)?\)`)
	twins := 0
	for _, p := range builtBook(t) {
		if path.Base(p.path) != "index.html" {
			continue // 404.html
		}
		linked := false
		for _, e := range elements(p.doc, "link", "") {
			linked = linked || attr(e, "type") == "text/markdown"
		}
		file := filepath.Join(outDir, "book", filepath.FromSlash(path.Dir(p.path)), "index.md")
		text, err := os.ReadFile(file)
		if (err == nil) != linked {
			t.Errorf("%s: linked to a Markdown twin: %v; reading it: %v", p.path, linked, err)
		}
		if err != nil {
			continue
		}
		twins++
		twin := string(text)
		for _, code := range elements(p.doc, "figure", "code") {
			if shown := textOf(elements(code, "pre", "")[0], "ln"); !strings.Contains(twin, "\n"+shown+"```\n") {
				t.Errorf("%s: the Markdown twin lacks the block of %s:%s", p.path, attr(code, "data-path"), attr(code, "data-first"))
			}
		}
		for _, session := range elements(p.doc, "figure", "session") {
			for d := range session.Descendants() {
				if name := attr(d, "data-section"); name != "" && !strings.Contains(twin, "\n"+transcript(d)) {
					t.Errorf("%s: the Markdown twin lacks section %s of %s", p.path, name, attr(session, "data-script"))
				}
			}
		}
		prose := fence.ReplaceAllString(twin, "")
		if i := strings.Index(prose, "{{"); i >= 0 {
			t.Errorf("%s: the Markdown twin has a shortcode left: %.60s", p.path, prose[i:])
		}
		for _, m := range link.FindAllStringSubmatch(prose, -1) {
			if m[1] == "" || strings.Contains(m[1], "://") {
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(file), filepath.FromSlash(m[1]))); path.IsAbs(m[1]) || err != nil {
				t.Errorf("%s: in the Markdown twin the link %q leads to nothing", p.path, m[0])
			}
		}
	}
	if want := len(concepts(t)) + 2; twins < want {
		t.Errorf("%d pages have a Markdown twin, want %d or more: home, each concept, the appendix", twins, want)
	}
}
