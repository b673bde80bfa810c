package script

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"example.com/lockstep/examples/hello/contract"
)

// A source is a script as its author wrote it, and the file it is in.
type source struct {
	*contract.Script
	file string
}

func parseFile(file string) (*source, error) {
	s, err := contract.ParseFile(file)
	return &source{s, file}, err
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
	if len(s.Phases) == 0 {
		bad(1, "no claim: begin with a line `# what this script shows`")
	}
	asserts := false
	named := map[string]bool{}
	var patterns []contract.Command
	for _, c := range s.Commands {
		asserts = asserts || asserting[c.Args[0]]
		for _, a := range c.Args[1:] {
			named[a] = true
			named[strings.TrimPrefix(a, "$WORK/")] = true
		}
		if c.Args[0] == "volatile" {
			patterns = append(patterns, c)
		}
	}
	if !asserts {
		bad(1, "asserts nothing: add cmp, lanes, unordered, before, stdout, stderr, grep or exists")
	}
	for _, sec := range s.Sections {
		if !named[sec.Name] {
			bad(sec.Line, "section %q is compared by no command", sec.Name)
		}
	}
	for _, c := range patterns {
		if len(c.Args) != 2 {
			continue // the command itself says so when it runs
		}
		re, err := contract.Volatile(c.Args[1])
		if err != nil {
			bad(c.Line, "%v", err)
			continue
		}
		if !updating && !s.recorded(re) {
			bad(c.Line, "volatile %q matches nothing in a section compared by lanes or unordered", c.Args[1])
		}
	}
	return errors.Join(errs...)
}

// recorded reports whether re matches in a section that ignores volatile parts.
func (s *source) recorded(re *regexp.Regexp) bool {
	for _, c := range s.Commands {
		if c.Args[0] != "lanes" && c.Args[0] != "unordered" || len(c.Args) != 3 {
			continue
		}
		for _, sec := range s.Sections {
			if sec.Name == c.Args[2] && re.MatchString(sec.Text) {
				return true
			}
		}
	}
	return false
}
