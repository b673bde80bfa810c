package site

import (
	"encoding/json"
	"fmt"
	"go/ast"
	gobuild "go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// A block is Go code on a page, with the contract that the page prints on it.
type block struct {
	page, file  string
	first, last int // line numbers
	text        string
	label       string
	needs       map[string]string // name → where its link leads, from the book's root
	packages    map[string]string // name → where its link leads
}

// labelled returns the blocks of Go on the pages that have labels: all but the pages of single files.
func labelled(t *testing.T) []block {
	t.Helper()
	var blocks []block
	for _, p := range builtBook(t) {
		if p.path == "appendix/book/index.html" || strings.Count(p.path, "/") > 1 && !strings.HasPrefix(p.path, "appendix/") {
			continue
		}
		for _, f := range elements(p.doc, "figure", "code") {
			if path.Ext(attr(f, "data-path")) != ".go" {
				continue
			}
			b := block{page: p.path, file: attr(f, "data-path"), label: attr(f, "data-label"), needs: map[string]string{}, packages: map[string]string{}}
			b.first, _ = strconv.Atoi(attr(f, "data-first"))
			b.text = textOf(elements(f, "pre", "")[0], "ln")
			b.last = b.first + strings.Count(b.text, "\n") - 1
			if shown := textOf(elements(f, "span", "label")[0], ""); shown != b.label {
				t.Errorf("%s: %s:%d is labelled %q and says %q", b.page, b.file, b.first, b.label, shown)
			}
			for _, list := range elements(f, "span", "needs") {
				into := b.needs
				if strings.HasPrefix(textOf(list, ""), "with package ") {
					into = b.packages
				}
				for _, a := range elements(list, "a", "") {
					into[textOf(a, "")] = path.Join(path.Dir(p.path), attr(a, "href"))
				}
			}
			blocks = append(blocks, b)
		}
	}
	return blocks
}

// A checked is one package, read by go/types for one system.
type checked struct {
	fset  *token.FileSet
	files map[string]*ast.File
	pkg   *types.Package
	info  *types.Info
	std   types.Importer
}

// exports returns the files that the compiler made for a system, by package: the standard library's and the book's.
func exports(goos string) (map[string]string, error) {
	cmd := exec.Command("go", "list", "-export", "-deps", "-test", "-f", "{{.ImportPath}}\t{{.Export}}", "./examples/...")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOOS="+goos)
	out, err := cmd.Output()
	if exit, ok := err.(*exec.ExitError); ok {
		return nil, fmt.Errorf("go list -export: %w\n%s", err, exit.Stderr)
	} else if err != nil {
		return nil, err
	}
	at := map[string]string{}
	for line := range strings.Lines(string(out)) {
		name, file, _ := strings.Cut(strings.TrimSpace(line), "\t")
		at[name] = file
	}
	return at, nil
}

var exportsFor = map[string]func() (map[string]string, error){}

func init() {
	for _, goos := range []string{"linux", "darwin", "windows"} {
		exportsFor[goos] = sync.OnceValues(func() (map[string]string, error) { return exports(goos) })
	}
}

var packages = map[string]*checked{} // by file; used by one test only

// packageOf returns the package that a file belongs to. A solution stands in the place of its exercise.
func packageOf(t *testing.T, file string) *checked {
	t.Helper()
	if c := packages[file]; c != nil {
		return c
	}
	dir, base := path.Split(file)
	instead := ""
	if strings.HasPrefix(dir, "testdata/") {
		dir, instead = "examples/"+strings.TrimPrefix(dir, "testdata/"), "exercise.go"
	}
	for _, goos := range []string{"linux", "darwin", "windows"} {
		ctx := gobuild.Default
		ctx.GOOS, ctx.CgoEnabled = goos, true
		if ok, err := ctx.MatchFile(filepath.Join(root, path.Dir(file)), base); err != nil || !ok {
			continue
		}
		at, err := exportsFor[goos]()
		if err != nil {
			t.Fatal(err)
		}
		in, err := ctx.ImportDir(filepath.Join(root, dir), 0)
		if err != nil {
			t.Fatal(err)
		}
		names, variant := in.GoFiles, ""
		if strings.HasSuffix(base, "_test.go") {
			names = append(in.TestGoFiles, in.GoFiles...)
			if slices.Contains(in.XTestGoFiles, base) {
				// Its package was compiled once more, together with what export_test.go adds to it.
				names, variant = in.XTestGoFiles, fmt.Sprintf(" [%s/%s.test]", module, path.Clean(dir))
			}
		}
		fset := token.NewFileSet()
		imp := importer.ForCompiler(fset, "gc", func(name string) (io.ReadCloser, error) {
			if file := at[name+variant]; file != "" {
				return os.Open(file)
			}
			return os.Open(at[name])
		})
		c := &checked{fset: fset, files: map[string]*ast.File{}, std: imp, info: &types.Info{
			Uses: map[*ast.Ident]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{}}}
		var files []*ast.File
		for _, name := range names {
			name = dir + name
			if instead != "" && path.Base(name) == instead {
				name = file
			}
			f, err := parser.ParseFile(fset, name, source(t, name), parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			c.files[name] = f
			files = append(files, f)
		}
		conf := types.Config{Importer: imp}
		if c.pkg, err = conf.Check(module+"/"+dir, fset, files, c.info); err != nil {
			t.Fatal(err)
		}
		for name := range c.files {
			packages[name] = c
		}
		return c
	}
	t.Fatalf("%s is built for none of linux, darwin and windows", file)
	return nil
}

// truth returns what a block really needs from other places of its package, and what it imports.
func (c *checked) truth(b block) (needs []string, imports []*ast.ImportSpec, main bool) {
	f := c.files[b.file]
	file := c.fset.File(f.FileStart)
	from, to := file.LineStart(b.first), f.FileEnd
	if b.last < file.LineCount() {
		to = file.LineStart(b.last + 1)
	}
	in := func(p token.Pos) bool { return from <= p && p < to }
	for _, d := range f.Decls {
		if d.Pos() < from && from < d.End() {
			switch d := d.(type) {
			case *ast.FuncDecl:
				name := d.Name.Name
				if d.Recv != nil {
					name = receiver(d.Recv.List[0].Type) + "." + name
				}
				needs = append(needs, name)
			case *ast.GenDecl:
				needs = append(needs, "the declaration around it")
			}
		}
		if fd, ok := d.(*ast.FuncDecl); ok && in(d.Pos()) && fd.Name.Name == "main" && fd.Recv == nil && c.pkg.Name() == "main" && in(f.Package) {
			main = true
		}
	}
	imported := map[string]bool{}
	for id, obj := range c.info.Uses {
		if !in(id.Pos()) {
			continue
		}
		if p, ok := obj.(*types.PkgName); ok {
			imported[p.Imported().Path()] = true
		} else if obj.Parent() == c.pkg.Scope() && !in(obj.Pos()) {
			needs = append(needs, obj.Name())
		}
	}
	for e, s := range c.info.Selections {
		m, ok := s.Obj().(*types.Func)
		if !ok || !in(e.Pos()) || m.Pkg() != c.pkg || in(m.Origin().Pos()) {
			continue
		}
		recv := m.Signature().Recv().Type()
		if p, ok := recv.(*types.Pointer); ok {
			recv = p.Elem()
		}
		if n, ok := recv.(*types.Named); ok && in(n.Obj().Pos()) {
			needs = append(needs, n.Obj().Name()+"."+m.Name())
		}
	}
	for _, spec := range f.Imports {
		if p, _ := strconv.Unquote(spec.Path.Value); imported[p] || p == "C" || spec.Name != nil && spec.Name.Name == "_" {
			imports = append(imports, spec)
		}
	}
	slices.Sort(needs)
	return slices.Compact(needs), imports, main
}

// alone returns the block as a file of its own, with the imports that it uses.
func alone(b block, imports []*ast.ImportSpec) string {
	for line := range strings.Lines(b.text) {
		if strings.HasPrefix(line, "package ") {
			return b.text
		}
	}
	text := "package pasted\n\n"
	for _, spec := range imports {
		name := ""
		if spec.Name != nil {
			name = spec.Name.Name + " "
		}
		text += "import " + name + spec.Path.Value + "\n"
	}
	return text + "\n" + b.text
}

// Every label is true, both ways. A function or a program compiles by itself, in a package of its own, with the imports
// that its file has; an excerpt does not, and what it says that it needs is exactly what it lacks, one link each to the
// line that declares it.
func TestLabelsAreTrue(t *testing.T) {
	count := map[string]int{}
	overlay := map[string]string{}
	dir := t.TempDir()
	var pasted []string
	for _, b := range labelled(t) {
		where := fmt.Sprintf("%s: the block of %s:%d", b.page, b.file, b.first)
		c := packageOf(t, b.file)
		needs, imports, main := c.truth(b)
		label := "function"
		switch {
		case len(needs) > 0:
			label = "excerpt"
		case main:
			label = "program"
		}
		count[b.label]++
		if b.label != label {
			t.Errorf("%s is labelled %q and is: %s", where, b.label, label)
		}
		shown := names(b.needs)
		if !slices.Equal(shown, needs) {
			t.Errorf("%s says that it needs %v, and needs %v (labels go by words: a local name, or a field's, that is also declared in the package may have to be another)", where, shown, needs)
		}
		var fromBook []string
		for _, spec := range imports {
			if p, _ := strconv.Unquote(spec.Path.Value); strings.HasPrefix(p, module+"/") {
				fromBook = append(fromBook, path.Base(p))
			}
		}
		slices.Sort(fromBook)
		if with := names(b.packages); !slices.Equal(with, fromBook) {
			t.Errorf("%s says that it goes with the packages %v, and imports %v", where, with, fromBook)
		}
		for name, to := range b.needs {
			b.checkLink(t, where, name, to)
		}
		for name, to := range b.packages {
			if _, err := os.Stat(filepath.Join(outDir, "book", filepath.FromSlash(to))); err != nil {
				t.Errorf("%s: the link to package %s leads to nothing: %s", where, name, to)
			}
		}

		text := alone(b, imports)
		err := compiles(c, text)
		if (err == nil) != (label != "excerpt") {
			t.Errorf("%s is: %s; by itself it compiles: %v (%v)\n%s", where, label, err == nil, err, text)
		}
		if label != "excerpt" && err == nil && c.files[b.file] != nil && goosOf(b.file) == "linux" {
			name := fmt.Sprintf("p%d", len(pasted))
			file := filepath.Join(dir, name+".go")
			write(t, file, text)
			to, _ := filepath.Abs(filepath.Join(root, "site", "pasted", name, "main.go"))
			overlay[to] = file
			pasted = append(pasted, "./site/pasted/"+name)
		}
	}
	if count["program"]+count["function"] == 0 || count["excerpt"] == 0 {
		t.Errorf("the book has %d programs, %d functions, %d excerpts; the test has nothing to prove", count["program"], count["function"], count["excerpt"])
	}
	t.Logf("%d programs, %d functions, %d excerpts", count["program"], count["function"], count["excerpt"])

	// The compiler's word on it, all at once; go list -export compiles and does not link.
	list, err := json.Marshal(map[string]any{"Replace": overlay})
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "overlay.json"), string(list))
	cmd := exec.Command("go", append([]string{"list", "-export", "-f", "", "-overlay", filepath.Join(dir, "overlay.json")}, pasted...)...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOOS=linux")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("pasted, a function or a program does not compile: %v\n%s", err, out)
	}
}

func goosOf(file string) string {
	ctx := gobuild.Default
	ctx.GOOS = "linux"
	if ok, _ := ctx.MatchFile(filepath.Join(root, path.Dir(file)), path.Base(file)); ok {
		return "linux"
	}
	return ""
}

func names(links map[string]string) []string {
	var all []string
	for name := range links {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}

// checkLink checks that the link of a needed name leads to the line that declares it.
func (b block) checkLink(t *testing.T, where, name, to string) {
	t.Helper()
	page, line, ok := strings.Cut(to, "#L-")
	n, err := strconv.Atoi(line)
	if !ok || err != nil {
		t.Errorf("%s: the link of %s leads to no line: %s", where, name, to)
		return
	}
	file := "examples/" + strings.TrimSuffix(page, "/")
	lines := strings.Split(source(t, file), "\n")
	last := name[strings.LastIndex(name, ".")+1:]
	if n > len(lines) || !strings.Contains(lines[n-1], last) {
		t.Errorf("%s: the link of %s leads to %s:%d, which does not declare it", where, name, file, n)
	}
}

// compiles type-checks a file that is a package by itself.
func compiles(c *checked, text string) error {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "pasted.go", text, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	conf := types.Config{Importer: c.std}
	_, err = conf.Check("pasted", fset, []*ast.File{f}, nil)
	return err
}

// What the copy button gives is what the label promises: all of the block, and of a program the package clause and the
// imports as well.
func TestProgramsAreWhole(t *testing.T) {
	for _, b := range labelled(t) {
		if b.label == "program" && b.text != source(t, b.file) {
			t.Errorf("%s: the program %s is not shown from its first line to its last", b.page, b.file)
		}
	}
}

// Every block of Go on a page has a label, in the Markdown twin as well.
func TestEveryBlockIsLabelled(t *testing.T) {
	for _, b := range labelled(t) {
		twin, err := os.ReadFile(filepath.Join(outDir, "book", filepath.FromSlash(path.Dir(b.page)), "index.md"))
		if err != nil {
			t.Fatal(err)
		}
		if head := fmt.Sprintf("`%s`, from line %d (%s", b.file, b.first, b.label); b.label == "" || !strings.Contains(string(twin), head) {
			t.Errorf("%s: the Markdown twin has no line %s …)", b.page, head)
		}
	}
}
