package site

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Most bytes, compressed, that a reader's first visit to a page may cost.
const (
	mostHTML   = 28 << 10
	mostCSS    = 10 << 10
	mostJS     = 8 << 10
	mostSearch = 80 << 10 // the library and the index, when search is first asked for
)

// over tells whether the text is longer than most, compressed, and how long.
func over(t *testing.T, text []byte, most int) (int, bool) {
	t.Helper()
	if len(text) <= most {
		return len(text), false // it does not get longer
	}
	n := gzipped(t, text)
	return n, n > most
}

func gzipped(t *testing.T, text []byte) int {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Len()
}

func TestPagesAreLight(t *testing.T) {
	for _, p := range builtBook(t) {
		if p.path == "appendix/book/index.html" {
			continue // every page at once, for printing
		}
		if n, heavy := over(t, p.text, mostHTML); heavy {
			t.Errorf("%s: %d bytes compressed, at most %d", p.path, n, mostHTML)
		}
	}
	search := 0
	err := filepath.WalkDir(filepath.Join(outDir, "book"), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		most, name := 0, filepath.Base(path)
		switch {
		case strings.HasPrefix(name, "search."):
			text, err := os.ReadFile(path)
			search += gzipped(t, text)
			return err
		case strings.HasSuffix(name, ".css"):
			most = mostCSS
		case strings.HasSuffix(name, ".js"):
			most = mostJS
		default:
			return nil
		}
		text, err := os.ReadFile(path)
		if n, heavy := over(t, text, most); heavy {
			t.Errorf("%s: %d bytes compressed, at most %d", name, n, most)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if search == 0 || search > mostSearch {
		t.Errorf("search: %d bytes compressed, at most %d", search, mostSearch)
	}
}
