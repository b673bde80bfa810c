package site

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"golang.org/x/net/html"
)

// Every block of code is, byte for byte, what stands in its file at those lines.
func TestCodeIsItsSource(t *testing.T) {
	blocks := 0
	for _, p := range builtBook(t) {
		for _, block := range elements(p.doc, "figure", "code") {
			blocks++
			file, first := attr(block, "data-path"), attr(block, "data-first")
			n, err := strconv.Atoi(first)
			if err != nil {
				t.Errorf("%s: a block of %s has no line number", p.path, file)
				continue
			}
			shown := textOf(elements(block, "pre", "")[0], "ln")
			lines := strings.SplitAfter(source(t, file), "\n")
			end := n - 1 + strings.Count(shown, "\n")
			if end > len(lines) || strings.Join(lines[n-1:end], "") != shown {
				t.Errorf("%s: the block from %s:%d is not what stands there:\n%s", p.path, file, n, shown)
			}
		}
	}
	if blocks == 0 {
		t.Error("no page shows any code")
	}
}

// A declaration is shown with all of its lines: where it begins and ends by its layout is where the parser says.
func TestShownDeclarationsAreWhole(t *testing.T) {
	shortcode := regexp.MustCompile(`\{\{< (?:code "?([\w./-]+\.go)"? "?([\w.]+)"?(?: function| excerpt)?|diff "([\w./-]+\.go) ([\w.]+)" "([\w./-]+\.go) ([\w.]+)") >\}\}`)
	for _, c := range concepts(t) {
		text := source(t, "content/"+c+".md")
		for _, at := range shortcode.FindAllStringSubmatchIndex(text, -1) {
			line := 1 + strings.Count(text[:at[0]], "\n")
			for i := 2; i < len(at); i += 4 {
				if at[i] < 0 || text[at[i+2]:at[i+3]] == "region" {
					continue
				}
				file, name := "examples/"+c+"/"+text[at[i]:at[i+1]], text[at[i+2]:at[i+3]]
				want, ok := declaration(t, file, name)
				if !ok {
					t.Errorf("content/%s.md:%d: %s declares no %s", c, line, file, name)
					continue
				}
				if !shown(t, c+"/index.html", file, want) {
					t.Errorf("content/%s.md:%d: the page does not show the whole of %s in %s:\n%s", c, line, name, file, want)
				}
			}
		}
	}
}

func shown(t *testing.T, page, file, want string) bool {
	for _, p := range builtBook(t) {
		if p.path != page {
			continue
		}
		for _, block := range elements(p.doc, "figure", "code") {
			if attr(block, "data-path") == file && textOf(elements(block, "pre", "")[0], "ln") == want {
				return true
			}
		}
	}
	return false
}

// declaration returns the lines of a top-level declaration and its comment, by the parser.
func declaration(t *testing.T, file, name string) (string, bool) {
	t.Helper()
	text := source(t, file)
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, file, text, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(text, "\n")
	cut := func(from, to ast.Node) string {
		return strings.Join(lines[fset.Position(from.Pos()).Line-1:fset.Position(to.End()).Line], "")
	}
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			full := d.Name.Name
			if d.Recv != nil {
				full = receiver(d.Recv.List[0].Type) + "." + full
			}
			if full == name {
				if d.Doc != nil {
					return cut(d.Doc, d), true
				}
				return cut(d, d), true
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				if declares(s, name) {
					if d.Doc != nil {
						return cut(d.Doc, d), true
					}
					return cut(d, d), true
				}
			}
		}
	}
	return "", false
}

func receiver(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return receiver(e.X)
	case *ast.IndexExpr:
		return receiver(e.X)
	case *ast.IndexListExpr:
		return receiver(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}

func declares(s ast.Spec, name string) bool {
	switch s := s.(type) {
	case *ast.TypeSpec:
		return s.Name.Name == name
	case *ast.ValueSpec:
		for _, n := range s.Names {
			if n.Name == name {
				return true
			}
		}
	}
	return false
}

// Every transcript is, byte for byte, the section of the script that the test compares.
func TestTranscriptsAreTheRecordedSections(t *testing.T) {
	transcripts := 0
	for _, p := range builtBook(t) {
		for _, session := range elements(p.doc, "figure", "session") {
			script := "testdata/" + attr(session, "data-script")
			sections := map[string]string{}
			for _, f := range txtar.Parse([]byte(source(t, script))).Files {
				sections[f.Name] = string(f.Data)
			}
			for d := range session.Descendants() {
				name := ""
				if d.Type == html.ElementNode {
					name = attr(d, "data-section")
				}
				if name == "" {
					continue
				}
				transcripts++
				if got := transcript(d); got != sections[name] {
					t.Errorf("%s: the transcript is not section %q of %s:\ngot:\n%s\nwant:\n%s", p.path, name, script, got, sections[name])
				}
			}
		}
	}
	if transcripts == 0 {
		t.Error("no page shows a transcript")
	}
}

// What the copy button of a session gives runs in the repository's root: it needs no variable of the script's, and the
// files that the script brings along are written first.
func TestCopiedCommandsStandAlone(t *testing.T) {
	compared := regexp.MustCompile(`(?m)^(?:\[.*\] )?(?:cmp|lanes|unordered) \S+ (\S+)`)
	files := 0
	for _, p := range builtBook(t) {
		for _, session := range elements(p.doc, "figure", "session") {
			script, commands := "testdata/"+attr(session, "data-script"), attr(session, "data-copy")
			if v := regexp.MustCompile(`\$(ROOT|WORK|exe)\b`).FindString(commands); v != "" {
				t.Errorf("%s: the commands copied from %s have %s, which only the script knows", p.path, script, v)
			}
			archive := txtar.Parse([]byte(source(t, script)))
			outputs := map[string]bool{}
			for _, m := range compared.FindAllSubmatch(archive.Comment, -1) {
				outputs[string(m[1])] = true
			}
			for _, f := range archive.Files {
				named := regexp.MustCompile(`(?m)(^|\s)` + regexp.QuoteMeta(f.Name) + `(\s|$)`).MatchString(commands)
				if outputs[f.Name] || !named {
					continue
				}
				files++
				if !strings.Contains(commands, "cat >"+f.Name+" <<'EOF'\n"+string(f.Data)+"EOF\n") {
					t.Errorf("%s: the commands copied from %s read %s and do not bring it along", p.path, script, f.Name)
				}
			}
		}
	}
	if files == 0 {
		t.Error("no session reads a file of its script")
	}
}

// transcript puts the lines of a drawn output together again.
func transcript(n *html.Node) string {
	if n.Data == "pre" {
		// A parser drops a newline that follows <pre> directly; what was printed may begin with one.
		return textOf(n, "")
	}
	var b strings.Builder
	for _, row := range elements(n, "li", "") {
		if !hasClass(row, "head") {
			b.WriteString(strings.TrimSuffix(textOf(row, ""), "\n") + "\n")
		}
	}
	return b.String()
}
