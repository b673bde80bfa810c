package site

import (
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

const module = "example.com/lockstep"

// allowed are the modules an example may use beside the standard library. A package that is meant to be taken along by
// itself may need one more.
var allowed = []string{"golang.org/x/sync", "golang.org/x/sys"}
var allowedFor = map[string]string{"mpi": "github.com/ebitengine/purego"}

func programFiles(t *testing.T, concept string) map[string]string {
	t.Helper()
	all, err := sources()
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for name, text := range all {
		if strings.HasPrefix(name, "examples/"+concept+"/") && (strings.HasSuffix(name, ".go") || strings.HasSuffix(name, ".s")) && !strings.HasSuffix(name, "_test.go") {
			files[name] = string(text)
		}
	}
	return files
}

// An example imports nothing of this module but its own packages.
func TestExamplesImportOnlyWhatTheyMay(t *testing.T) {
	for _, c := range concepts(t) {
		for name, text := range programFiles(t, c) {
			if !strings.HasSuffix(name, ".go") {
				continue
			}
			fset := token.NewFileSet()
			f, err := parser.ParseFile(fset, name, text, parser.ImportsOnly)
			if err != nil {
				t.Error(err)
				continue
			}
			for _, spec := range f.Imports {
				imported, _ := strconv.Unquote(spec.Path.Value)
				first, _, _ := strings.Cut(imported, "/")
				ok := !strings.Contains(first, ".") || strings.HasPrefix(imported, module+"/examples/"+c+"/")
				for _, m := range append(allowed, allowedFor[c]) {
					ok = ok || m != "" && (imported == m || strings.HasPrefix(imported, m+"/"))
				}
				if !ok {
					t.Errorf("%s: an example may import the standard library, %s and packages of its own folder, not %s",
						fset.Position(spec.Pos()), strings.Join(allowed, ", "), imported)
				}
			}
		}
	}
}

// An example's folder, copied alone into an empty module, builds there, without the network.
func TestExamplesBuildAlone(t *testing.T) {
	t.Parallel()
	for _, c := range concepts(t) {
		t.Run(c, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for name, text := range programFiles(t, c) {
				to := filepath.Join(dir, filepath.FromSlash(strings.TrimPrefix(name, "examples/"+c+"/")))
				// Its own packages move with it.
				text = strings.ReplaceAll(text, strconv.Quote(module + "/examples/" + c)[:len(module+"/examples/"+c)+1]+"/", `"alone/`)
				write(t, to, text)
			}
			write(t, filepath.Join(dir, "go.mod"), aloneMod(t, c))
			write(t, filepath.Join(dir, "go.sum"), source(t, "go.sum"))
			cmd := exec.Command("go", "build", "-trimpath", "-o", filepath.Join(dir, "program")+".exe", ".")
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("examples/%s does not build alone: %v\n%s", c, err, out)
			}
		})
	}
}

// aloneMod is the go.mod of an empty module that may use what an example may.
func aloneMod(t *testing.T, concept string) string {
	mod := source(t, "go.mod")
	text := "module alone\n\n" + regexp.MustCompile(`(?m)^go \S+$`).FindString(mod) + "\n"
	for _, m := range append(allowed, allowedFor[concept]) {
		if m != "" {
			if v := regexp.MustCompile(regexp.QuoteMeta(m) + ` (v\S+)`).FindStringSubmatch(mod); v != nil {
				text += "require " + m + " " + v[1] + "\n"
			}
		}
	}
	return text
}

// What every example has in common is the same in each, letter for letter.
func TestCommonFileIsTheSame(t *testing.T) {
	want := source(t, "examples/hello/cli.go")
	for _, c := range concepts(t) {
		if name := path.Join("examples", c, "cli.go"); source(t, name) != want {
			t.Errorf("%s:1: differs from examples/hello/cli.go", name)
		}
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func readRoot(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
