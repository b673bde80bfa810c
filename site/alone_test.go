package site

import (
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "example.com/lockstep"

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

// takeHome are the book's packages, which people take home, and the modules that each needs.
var takeHome = map[string][]string{
	"hello/lockstep":        {"golang.org/x/sys"},
	"bank/ledger":           {"golang.org/x/sys"},
	"multiprocessing/pool":  {"golang.org/x/sys"},
	"sharedmem/ring":        {},
	"synchronization/psync": {"golang.org/x/sys"},
	"mpi/mpi":               {"golang.org/x/sys", "github.com/ebitengine/purego"},
}

// A program imports the standard library, x/sync, x/sys and the book's packages. A package imports
// nothing of this module.
func TestExamplesImportOnlyWhatTheyMay(t *testing.T) {
	for _, c := range concepts(t) {
		for name, text := range programFiles(t, c) {
			if !strings.HasSuffix(name, ".go") {
				continue
			}
			folder := strings.TrimPrefix(path.Dir(name), "examples/")
			may, isPackage := takeHome[folder]
			if !isPackage {
				may = []string{"golang.org/x/sync", "golang.org/x/sys"}
				for p := range takeHome {
					may = append(may, module+"/examples/"+p)
				}
				if folder == "hello/contract" { // the driver's, and of go tool live
					may = append(may, "github.com/rogpeppe/go-internal")
				}
				if path.Base(folder) == "exercise" {
					may = append(may, module+"/examples/internal/exercise")
				}
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
				ok := !strings.Contains(first, ".")
				for _, m := range may {
					ok = ok || imported == m || strings.HasPrefix(imported, m+"/")
				}
				if !ok {
					slices.Sort(may)
					t.Errorf("%s: imports %s; here may be imported the standard library and %s",
						fset.Position(spec.Pos()), imported, strings.Join(may, ", "))
				}
			}
		}
	}
}

// A package's folder, copied alone into an empty module, builds there, without the network.
func TestPackagesBuildAlone(t *testing.T) {
	t.Parallel()
	for folder, modules := range takeHome {
		t.Run(folder, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			copied := 0
			for name, text := range programFiles(t, strings.Split(folder, "/")[0]) {
				if path.Dir(name) == "examples/"+folder {
					write(t, filepath.Join(dir, path.Base(folder), path.Base(name)), text)
					copied++
				}
			}
			if copied == 0 {
				t.Skip("there is no examples/" + folder + " yet")
			}
			write(t, filepath.Join(dir, "go.mod"), aloneMod(t, modules))
			write(t, filepath.Join(dir, "go.sum"), source(t, "go.sum"))
			cmd := exec.Command("go", "build", "-trimpath", "./...")
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("examples/%s does not build alone: %v\n%s", folder, err, out)
			}
		})
	}
}

// What README says about taking a package home is done here, for each package that it names.
func TestReadmeTakesPackagesHome(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("needs a Unix shell, and this is windows")
	}
	readme, typed := readRoot(t, "README.md"), commandsToTakeHome(t)
	cache, err := exec.Command("go", "env", "GOMODCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	for folder := range takeHome {
		if !strings.Contains(readme, "`examples/"+folder+"`") {
			t.Errorf("README.md does not name examples/%s", folder)
		}
		t.Run(folder, func(t *testing.T) {
			t.Parallel()
			commands := strings.NewReplacer("/tmp/mine", filepath.Join(t.TempDir(), "mine"),
				"hello/lockstep", folder, "/lockstep/", "/"+path.Base(folder)+"/").Replace(typed)
			cmd := exec.Command("sh", "-e", "-c", commands)
			cmd.Dir = root
			// The modules come from this machine's own cache: the network is not needed.
			cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off", "GOSUMDB=off",
				"GOPROXY=file://"+strings.TrimSpace(string(cache))+"/cache/download")
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s\n%s", err, commands, out)
			}
		})
	}
}

// commandsToTakeHome returns the commands of README.md that copy a package.
func commandsToTakeHome(t *testing.T) string {
	t.Helper()
	block := regexp.MustCompile("(?s)```sh\n(mkdir /tmp/mine\n.*?)```").FindStringSubmatch(readRoot(t, "README.md"))
	if block == nil {
		t.Fatal("README.md does not say how to take a package home: want a block that begins with mkdir /tmp/mine")
	}
	return block[1]
}

// aloneMod is the go.mod of an empty module that has the given modules, in our versions.
func aloneMod(t *testing.T, modules []string) string {
	mod := source(t, "go.mod")
	text := "module alone\n\n" + regexp.MustCompile(`(?m)^go \S+$`).FindString(mod) + "\n"
	for _, m := range modules {
		if v := regexp.MustCompile(regexp.QuoteMeta(m) + ` (v\S+)`).FindStringSubmatch(mod); v != nil {
			text += "require " + m + " " + v[1] + "\n"
		}
	}
	return text
}

// What the programs that are not on package lockstep yet have in common is the same in each, letter
// for letter.
func TestCommonFileIsTheSame(t *testing.T) {
	first := ""
	for _, c := range concepts(t) {
		name := path.Join("examples", c, "cli.go")
		text, ok := programFiles(t, c)[name]
		if ok && first == "" {
			first = text
		}
		if ok && text != first {
			t.Errorf("%s:1: differs from the others", name)
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
