package script

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"
)

// A source is a script as its author wrote it: its commands, before anything is run or expanded.
type source struct {
	file     string
	commands []command
	claims   int // lines that begin with "#"
	sections []section
}

type command struct {
	line int
	args []string // without conditions and without !
}

type section struct {
	name string
	line int
	text string
}

func parseFile(file string) (*source, error) {
	a, err := txtar.ParseFile(file)
	if err != nil {
		return nil, err
	}
	s := &source{file: file}
	lines := strings.Split(strings.TrimSuffix(string(a.Comment), "\n"), "\n")
	for i, text := range lines {
		if strings.HasPrefix(text, "#") {
			s.claims++
			continue
		}
		args := words(text)
		for len(args) > 0 && (args[0] == "!" || strings.HasPrefix(args[0], "[")) {
			args = args[1:]
		}
		if len(args) > 0 {
			s.commands = append(s.commands, command{i + 1, args})
		}
	}
	line := len(lines) + 1
	for _, f := range a.Files {
		s.sections = append(s.sections, section{f.Name, line, string(f.Data)})
		line += 1 + strings.Count(string(f.Data), "\n")
	}
	return s, nil
}

// words splits a command line as testscript does, but for variables, which stay as they are.
func words(line string) []string {
	var args []string
	var arg strings.Builder
	in, quoted := false, false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '\'' && quoted && i+1 < len(line) && line[i+1] == '\'':
			arg.WriteByte('\'')
			i++
		case c == '\'':
			quoted, in = !quoted, true
		case !quoted && (c == ' ' || c == '\t' || c == '\r' || c == '#'):
			if in {
				args = append(args, arg.String())
				arg.Reset()
				in = false
			}
			if c == '#' {
				return args
			}
		default:
			arg.WriteByte(c)
			in = true
		}
	}
	if in {
		args = append(args, arg.String())
	}
	return args
}

var asserting = map[string]bool{
	"cmp": true, "cmpenv": true, "lanes": true, "unordered": true, "before": true,
	"stdout": true, "stderr": true, "grep": true, "exists": true,
}

// check reports the mistakes that can be seen without running the script. While sections are being
// updated they may still be empty, so that nothing in them is volatile.
func (s *source) check(updating bool) error {
	var errs []error
	bad := func(line int, format string, args ...any) {
		errs = append(errs, fmt.Errorf("%s:%d: %s", s.file, line, fmt.Sprintf(format, args...)))
	}
	if s.claims == 0 {
		bad(1, "no claim: begin with a line `# what this script shows`")
	}
	asserts := false
	named := map[string]bool{}
	var patterns []command
	for _, c := range s.commands {
		asserts = asserts || asserting[c.args[0]]
		for _, a := range c.args[1:] {
			named[a] = true
			named[strings.TrimPrefix(a, "$WORK/")] = true
		}
		if c.args[0] == "volatile" {
			patterns = append(patterns, c)
		}
	}
	if !asserts {
		bad(1, "asserts nothing: add cmp, lanes, unordered, before, stdout, stderr, grep or exists")
	}
	for _, sec := range s.sections {
		if !named[sec.name] {
			bad(sec.line, "section %q is compared by no command", sec.name)
		}
	}
	for _, c := range patterns {
		if len(c.args) != 2 {
			continue // the command itself says so when it runs
		}
		re, err := volatilePattern(c.args[1])
		if err != nil {
			bad(c.line, "%v", err)
			continue
		}
		if !updating && !s.recorded(re) {
			bad(c.line, "volatile %q matches nothing in a section compared by lanes or unordered", c.args[1])
		}
	}
	return errors.Join(errs...)
}

// recorded reports whether re matches in a section that ignores volatile parts.
func (s *source) recorded(re *regexp.Regexp) bool {
	for _, c := range s.commands {
		if c.args[0] != "lanes" && c.args[0] != "unordered" || len(c.args) != 3 {
			continue
		}
		for _, sec := range s.sections {
			if sec.name == c.args[2] && re.MatchString(sec.text) {
				return true
			}
		}
	}
	return false
}
