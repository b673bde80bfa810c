package exercise

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// chosen names the environment variable that says which answer a binary made by together gives.
const chosen = "LOCKSTEP_EXERCISE_ANSWER"

// together builds one test binary of an exercise with all answers in it, the starter included: to
// link one for each would take most of the time that the tests need. What an answer declares gets the
// answer's number behind its name; the functions of the starter choose one of them.
func together(folder string, files []string, out string) (binary string, err error) {
	folder, err = filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	starter := filepath.Join(folder, "exercise.go")
	replace := map[string]string{}
	for i, file := range append([]string{starter}, files...) {
		text, err := renamed(file, i)
		if err == nil {
			name := fmt.Sprintf("%s-%d.go", out, i)
			replace[filepath.Join(folder, fmt.Sprintf("answer%d.go", i))] = name
			err = os.WriteFile(name, text, 0o666)
		}
		if err != nil {
			return "", err
		}
	}
	text, err := chooser(starter, len(files))
	if err == nil {
		replace[starter] = out + "-chooser.go"
		err = os.WriteFile(replace[starter], text, 0o666)
	}
	if err != nil {
		return "", err
	}
	list, err := json.Marshal(map[string]any{"Replace": replace})
	if err == nil {
		err = os.WriteFile(out+".json", list, 0o666)
	}
	if err != nil {
		return "", err
	}
	binary = out + ".exe"
	build := exec.Command("go", "test", "-c", "-ldflags=-s -w", "-overlay", out+".json", "-o", binary, ".")
	build.Dir = folder
	if said, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%v\n%s", err, said)
	}
	return binary, nil
}

// renamed returns a file in which the names that it declares end in a number.
func renamed(file string, number int) ([]byte, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, file, nil, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.Obj != nil && id.Name != "_" && f.Scope.Lookup(id.Name) == id.Obj {
			id.Name = fmt.Sprintf("%s_%d", id.Name, number)
		}
		return true
	})
	var text bytes.Buffer
	err = format.Node(&text, fset, f)
	return text.Bytes(), err
}

// chooser returns the starter's file with functions that call the chosen answer's.
func chooser(starter string, answers int) ([]byte, error) {
	source, err := os.ReadFile(starter)
	if err != nil {
		return nil, err
	}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, starter, source, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	at := func(p token.Pos) int { return fset.Position(p).Offset }
	var text strings.Builder
	last := 0
	for _, d := range f.Decls {
		if imports, ok := d.(*ast.GenDecl); ok && imports.Tok == token.IMPORT {
			continue
		}
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Recv != nil {
			return nil, fmt.Errorf("%s declares more than functions", starter)
		}
		var args []string
		for _, field := range fn.Type.Params.List {
			for _, name := range field.Names {
				args = append(args, name.Name)
			}
		}
		result := ""
		if fn.Type.Results != nil {
			result = "return "
		}
		text.WriteString(string(source[last:at(fn.Body.Lbrace)]) + "{\n\tswitch chosenAnswer.Getenv(\"" + chosen + "\") {\n")
		for i := 1; i <= answers; i++ {
			fmt.Fprintf(&text, "\tcase \"%d\":\n\t\t%s%s_%d(%s)\n", i, result, fn.Name.Name, i, strings.Join(args, ", "))
		}
		fmt.Fprintf(&text, "\tdefault:\n\t\t%s%s_0(%s)\n\t}\n}", result, fn.Name.Name, strings.Join(args, ", "))
		last = at(fn.End())
	}
	text.Write(source[last:])
	return []byte(strings.Replace(text.String(), "\npackage main\n", "\npackage main\n\nimport chosenAnswer \"os\"\n", 1)), nil
}
