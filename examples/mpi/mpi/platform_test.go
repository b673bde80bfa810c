package mpi

import (
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
)

// Where there is no purego, and so no MPI, the package is complete all the same, without it.
// Main says so there.
func TestBuildsWhereNoMPIIs(t *testing.T) {
	out, err := exec.Command("go", "list", "-export", "-deps", "-f", "{{.ImportPath}} {{.Export}}", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	exported := map[string]string{} // what this machine's packages offer, to check against
	for line := range strings.Lines(string(out)) {
		path, file, _ := strings.Cut(strings.TrimSpace(line), " ")
		exported[path] = file
	}
	fset := token.NewFileSet()
	imports := importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exported[path]) })
	for _, platform := range []string{
		"freebsd/amd64", "openbsd/arm64", "netbsd/amd64", "solaris/amd64", "aix/ppc64", "windows/amd64", "windows/arm64",
		"linux/s390x", "linux/mips64le", "android/arm64", "plan9/amd64", "js/wasm",
	} {
		context := build.Default
		context.GOOS, context.GOARCH, _ = strings.Cut(platform, "/")
		context.CgoEnabled = false
		info, err := context.ImportDir(".", 0)
		if err != nil {
			t.Fatal(err)
		}
		var files []*ast.File
		for _, name := range info.GoFiles {
			file, err := parser.ParseFile(fset, name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, file)
		}
		config := types.Config{Importer: imports, Sizes: types.SizesFor("gc", context.GOARCH),
			Error: func(err error) { t.Errorf("%s: %v", platform, err) }}
		for _, path := range info.Imports {
			if strings.HasPrefix(path, "github.com/") {
				t.Errorf("%s imports %s", platform, path)
			}
		}
		if runtime.GOOS != "linux" && (context.GOOS == "linux" || context.GOOS == "android") {
			continue // x/sys/unix offers something else here
		}
		config.Check("mpi", fset, files, nil)
	}
}
