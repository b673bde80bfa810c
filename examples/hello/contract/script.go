package contract

import (
	"strings"

	"github.com/rogpeppe/go-internal/txtar"
)

// A Script is a script as its author wrote it: nothing in it is run or expanded.
type Script struct {
	Commands []Command
	Phases   []Phase
	Sections []Section
}

// A Command is one line of a script.
type Command struct {
	Line int
	Not  bool     // it has to fail
	If   []string // its conditions, such as "race" or "!linux"
	Args []string // without conditions and without !
}

// A Phase is what stands below a claim, up to the next one.
type Phase struct {
	Claim    string // its lines joined by blanks
	Line     int    // of the claim's first line
	Commands []Command
}

// A Section is a file that a script brings along: a recorded output, or an input.
type Section struct {
	Name string
	Line int
	Text string
}

// ParseFile reads a script's file.
func ParseFile(file string) (*Script, error) {
	a, err := txtar.ParseFile(file)
	if err != nil {
		return nil, err
	}
	return parse(a), nil
}

// Parse reads a script's text.
func Parse(text []byte) *Script { return parse(txtar.Parse(text)) }

func parse(a *txtar.Archive) *Script {
	s := &Script{}
	lines := strings.Split(strings.TrimSuffix(string(a.Comment), "\n"), "\n")
	claiming := false
	for i, text := range lines {
		if claim, ok := strings.CutPrefix(text, "#"); ok {
			claim = strings.TrimSpace(strings.TrimLeft(claim, "#"))
			if claiming {
				s.Phases[len(s.Phases)-1].Claim += " " + claim
			} else {
				s.Phases = append(s.Phases, Phase{Claim: claim, Line: i + 1})
			}
			claiming = true
			continue
		}
		claiming = false
		c := Command{Line: i + 1, Args: Words(text)}
		for len(c.Args) > 0 && (c.Args[0] == "!" || strings.HasPrefix(c.Args[0], "[")) {
			if c.Args[0] == "!" {
				c.Not = true
			} else {
				c.If = append(c.If, strings.Trim(c.Args[0], "[]"))
			}
			c.Args = c.Args[1:]
		}
		if len(c.Args) == 0 {
			continue
		}
		s.Commands = append(s.Commands, c)
		if n := len(s.Phases); n > 0 {
			s.Phases[n-1].Commands = append(s.Phases[n-1].Commands, c)
		}
	}
	line := len(lines) + 1
	for _, f := range a.Files {
		s.Sections = append(s.Sections, Section{f.Name, line, string(f.Data)})
		line += 1 + strings.Count(string(f.Data), "\n")
	}
	return s
}

// Section returns the text of the named section, and whether there is one.
func (s *Script) Section(name string) (string, bool) {
	for _, sec := range s.Sections {
		if sec.Name == name {
			return sec.Text, true
		}
	}
	return "", false
}

// Words splits a command line as testscript does, but for variables, which stay as they are.
func Words(line string) []string {
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
