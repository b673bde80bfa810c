package script

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// cmdPatch builds the concept's program with a patch applied to its sources, which stay as they are.
// From then on the script's commands run that program.
func cmdPatch(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: patch section")
	}
	root := ts.Getenv("ROOT")
	edited, err := ApplyPatch(root, ts.ReadFile(args[0]))
	if err != nil {
		ts.Fatalf("%s: %v", args[0], err)
	}
	overlay := struct{ Replace map[string]string }{map[string]string{}}
	bin := ts.MkAbs(".patched")
	ts.Check(os.MkdirAll(bin, 0o777))
	folder := ""
	for name, text := range edited {
		if !strings.HasPrefix(name, "examples/") {
			ts.Fatalf("%s: %q is no file below examples", args[0], name)
		}
		to := filepath.Join(bin, strings.ReplaceAll(name, "/", "_"))
		ts.Check(os.WriteFile(to, []byte(text), 0o666))
		overlay.Replace[filepath.Join(root, filepath.FromSlash(name))] = to
		folder = strings.Join(strings.Split(name, "/")[:2], "/") // examples/<concept>
	}
	text, err := json.Marshal(overlay)
	ts.Check(err)
	list := filepath.Join(bin, "overlay.json")
	ts.Check(os.WriteFile(list, text, 0o666))
	program := filepath.Join(bin, filepath.Base(folder))
	cmd := exec.Command("go", "build", "-overlay", list, "-o", program+exeSuffix(), "./"+folder)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		ts.Fatalf("%s: the patched program does not build: %v\n%s", args[0], err, out)
	}
	ts.Setenv("PATH", bin+string(os.PathListSeparator)+ts.Getenv("PATH"))
}

func exeSuffix() string {
	if os.PathSeparator == '\\' {
		return ".exe"
	}
	return ""
}

// ApplyPatch applies a unified diff to the files below root, and returns the new text of each by its
// name, with slashes. What stands above the diff is a remark. A hunk is found by its lines and not by
// its line numbers; it must fit in exactly one place. Nothing is written.
func ApplyPatch(root, patch string) (map[string]string, error) {
	files := map[string]string{}
	name := ""
	parts := regexp.MustCompile(`(?m)^(--- .*\n\+\+\+ .*|@@.*)\n`).FindAllStringIndex(patch, -1)
	for i, at := range parts {
		head, end := patch[at[0]:at[1]], len(patch)
		if i+1 < len(parts) {
			end = parts[i+1][0]
		}
		if strings.HasPrefix(head, "---") {
			_, plus, _ := strings.Cut(head, "\n+++ ")
			name = strings.TrimPrefix(strings.TrimSpace(plus), "b/")
			if !filepath.IsLocal(name) {
				return nil, fmt.Errorf("%q is no file below the root", name)
			}
			text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
			if err != nil {
				return nil, err
			}
			files[name] = string(text)
			continue
		}
		var before, after strings.Builder
		for line := range strings.Lines(patch[at[1]:end]) {
			if line == "\n" { // an editor has removed the blank of an empty line
				line = " \n"
			}
			switch line[0] {
			case ' ':
				before.WriteString(line[1:])
				after.WriteString(line[1:])
			case '-':
				before.WriteString(line[1:])
			case '+':
				after.WriteString(line[1:])
			default:
				return nil, fmt.Errorf("a line of a hunk begins with %q; want a blank, - or +", line[:1])
			}
		}
		if n := strings.Count(files[name], before.String()); n != 1 || before.Len() == 0 {
			return nil, fmt.Errorf("%s has %d places for the hunk %q", name, n, strings.TrimSpace(head))
		}
		files[name] = strings.Replace(files[name], before.String(), after.String(), 1)
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("no file to patch: want a unified diff, which begins with --- and +++")
	}
	return files, nil
}
