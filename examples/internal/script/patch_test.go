package script

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestApplyPatch(t *testing.T) {
	root := t.TempDir()
	file := filepath.Join(root, "examples", "x", "x.go")
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("a\nb\n\nc\nb\nd\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	head := "--- a/examples/x/x.go\n+++ b/examples/x/x.go\n"
	for _, tt := range []struct{ name, patch, want, fails string }{
		{"a line goes and one comes", head + "@@\n a\n-b\n+B\n", "a\nB\n\nc\nb\nd\n", ""},
		{"two hunks, without line numbers", head + "@@ -1 +1 @@\n-a\n+A\n@@ anywhere\n-d\n", "A\nb\n\nc\nb\n", ""},
		{"an empty line", head + "@@\n b\n\n-c\n", "a\nb\n\nb\nd\n", ""},
		{"two places", head + "@@\n-b\n", "", "has 2 places"},
		{"no place", head + "@@\n-x\n", "", "has 0 places"},
		{"nothing to find", head + "@@\n+x\n", "", "places for the hunk"},
		{"no diff", "b\n", "", "no file to patch"},
		{"a path that leads out", "--- a\n+++ b/../x.go\n@@\n-b\n", "", "is no file below examples"},
		{"a line that is none", head + "@@\n*b\n", "", `begins with "*"`},
	} {
		files, err := applyPatch(root, tt.patch)
		if tt.fails != "" {
			if err == nil || !strings.Contains(err.Error(), tt.fails) {
				t.Errorf("%s: %v, want %q", tt.name, err, tt.fails)
			}
		} else if err != nil || files["examples/x/x.go"] != tt.want {
			t.Errorf("%s: %q, %v", tt.name, files, err)
		}
	}
}
