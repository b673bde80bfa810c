package contract

import (
	"fmt"
	"maps"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
)

// A Judge tells, while a run prints, whether its promises are kept so far. It comes to the same verdict
// as a comparison of the whole output, whatever pieces the output arrives in.
type Judge struct {
	run      Run
	courts   []court
	text     [2]strings.Builder
	rest     [2]string // the beginning of a line that has not ended
	lines    [2]int
	linewise bool // what varies stands within a line: no pattern can reach over its end
	broken   map[int]bool
}

// A Break is where a promise was broken.
type Break struct {
	Promise int    // its index in Run.Promises, or -1 for the exit code
	Stream  Stream // of the line
	Line    int    // counted from 1 in its stream; 0 if it is no line that breaks it
	Lane    string // whose line, "" for one without a lane
	Want    string
	Got     string
}

// A Line is one line that has been printed.
type Line struct {
	Stream Stream
	Number int // from 1
	Text   string
	Torn   bool // the output ended before the line did
	Breaks []Break
}

// A court judges one promise, line by line. It reports the first line that breaks it.
type court interface {
	line(n int, text string) *Break
	end(torn bool) *Break
}

// NewJudge returns a judge of one run. It is an error if a pattern is none.
func NewJudge(run Run) (*Judge, error) {
	j := &Judge{run: run, linewise: true, broken: map[int]bool{}}
	for _, re := range run.Volatile {
		j.linewise = j.linewise && linewise(re)
	}
	for _, p := range run.Promises {
		want := p.Want
		if p.Verb == "lanes" || p.Verb == "unordered" {
			want = Mask(want, run.Volatile)
		}
		switch p.Verb {
		case "lanes":
			j.courts = append(j.courts, &laneCourt{want: byLane(want), torn: torn(want), empty: want == "", at: map[string]int{}})
		case "unordered":
			c := &bagCourt{want: map[string]int{}, torn: torn(want), empty: want == ""}
			for _, line := range Lines(want) {
				c.want[line]++
			}
			j.courts = append(j.courts, c)
		case "cmp":
			j.courts = append(j.courts, &exactCourt{want: want})
		case "before":
			a, err := regexp.Compile(p.Exprs[0])
			if err != nil {
				return nil, err
			}
			b, err := regexp.Compile(p.Exprs[1])
			if err != nil {
				return nil, err
			}
			j.courts = append(j.courts, &orderCourt{exprs: p.Exprs, first: a, second: b})
		case "match":
			re, err := regexp.Compile("(?m)" + p.Exprs[0])
			if err != nil {
				return nil, err
			}
			j.courts = append(j.courts, &matchCourt{expr: p.Exprs[0], re: re, not: p.Not, text: &j.text[p.Stream]})
		default:
			return nil, fmt.Errorf("no such promise: %s", p.Verb)
		}
	}
	return j, nil
}

// Write takes the next piece of an output, and returns the lines that it completes.
func (j *Judge) Write(s Stream, piece []byte) []Line {
	j.text[s].Write(piece)
	parts := strings.Split(j.rest[s]+string(piece), "\n")
	j.rest[s] = parts[len(parts)-1]
	var lines []Line
	for _, text := range parts[:len(parts)-1] {
		lines = append(lines, j.line(s, text))
	}
	return lines
}

func (j *Judge) line(s Stream, text string) Line {
	j.lines[s]++
	l := Line{Stream: s, Number: j.lines[s], Text: text}
	masked := text
	if j.linewise {
		masked = Mask(text, j.run.Volatile)
	}
	for i, p := range j.run.Promises {
		if p.Stream != s || j.broken[i] || p.late(j.linewise) {
			continue
		}
		judged := masked
		if p.Verb == "cmp" || p.Verb == "before" {
			judged = text
		}
		if b := j.courts[i].line(l.Number, judged); b != nil {
			l.Breaks = append(l.Breaks, j.note(i, b))
		}
	}
	return l
}

// late reports whether a promise can be judged at the end only.
func (p Promise) late(linewise bool) bool {
	return !linewise && (p.Verb == "lanes" || p.Verb == "unordered")
}

func (j *Judge) note(promise int, b *Break) Break {
	j.broken[promise] = true
	b.Promise = promise
	if promise >= 0 {
		b.Stream = j.run.Promises[promise].Stream
	}
	return *b
}

// End takes the exit code, -1 for a death by a signal. It returns the lines that were torn, with what
// they break, and what else the run has broken. No promise is reported as broken twice.
func (j *Judge) End(exit int) (lines []Line, breaks []Break) {
	for s, rest := range j.rest {
		if rest == "" {
			continue
		}
		l := j.line(Stream(s), rest)
		l.Torn = true
		lines = append(lines, l)
	}
	for i, p := range j.run.Promises {
		text := j.text[p.Stream].String()
		if p.late(j.linewise) {
			text = Mask(text, j.run.Volatile)
			for n, line := range Lines(text) {
				if b := j.courts[i].line(n+1, line); b != nil && !j.broken[i] {
					breaks = append(breaks, j.note(i, b))
				}
			}
		}
		if !j.broken[i] {
			if b := j.courts[i].end(torn(text)); b != nil {
				breaks = append(breaks, j.note(i, b))
			}
		}
	}
	if want := j.run.Exit; exit != want && (want != AnyFailure || exit == 0) {
		b := &Break{Want: fmt.Sprintf("exit status %d", want), Got: fmt.Sprintf("exit status %d", exit)}
		if want == AnyFailure {
			b.Want = "a failure"
		}
		if exit < 0 {
			b.Got = "death by a signal"
		}
		breaks = append(breaks, j.note(-1, b))
	}
	return lines, breaks
}

// Kept reports whether no promise has been broken so far.
func (j *Judge) Kept() bool { return len(j.broken) == 0 }

// torn reports whether the last line of a text has no end.
func torn(text string) bool { return text != "" && !strings.HasSuffix(text, "\n") }

// linewise reports whether no match of re can take in the end of a line or depend on where the text
// begins or ends, so that it matches the same in each line alone. (What matches nothing would also match
// behind the last line.)
func linewise(re *regexp.Regexp) bool {
	tree, err := syntax.Parse(re.String(), syntax.Perl)
	return err == nil && within(tree) && !re.MatchString("")
}

func within(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpBeginText, syntax.OpEndText, syntax.OpAnyChar:
		return false
	case syntax.OpLiteral:
		return !slices.Contains(re.Rune, '\n')
	case syntax.OpCharClass:
		for i := 0; i < len(re.Rune); i += 2 {
			if re.Rune[i] <= '\n' && '\n' <= re.Rune[i+1] {
				return false
			}
		}
	}
	return !slices.ContainsFunc(re.Sub, func(sub *syntax.Regexp) bool { return !within(sub) })
}

// laneCourt wants each lane's lines in their order.
type laneCourt struct {
	want        map[string][]string
	at          map[string]int // how many lines of each lane have come
	torn, empty bool
	any         bool
}

func (c *laneCourt) line(n int, text string) *Break {
	c.any = true
	name := Lane(text)
	at := c.at[name]
	c.at[name]++
	want := c.want[name]
	if at < len(want) && want[at] == text {
		return nil
	}
	b := &Break{Line: n, Lane: name, Got: text}
	if at < len(want) {
		b.Want = want[at]
	}
	return b
}

func (c *laneCourt) end(torn bool) *Break {
	for _, name := range slices.Sorted(maps.Keys(c.want)) {
		if at := c.at[name]; at < len(c.want[name]) {
			return &Break{Lane: name, Want: c.want[name][at]}
		}
	}
	return tornBreak(c.any && !c.empty && torn != c.torn, torn)
}

// bagCourt wants the same lines, each as often.
type bagCourt struct {
	want        map[string]int // how often each is still to come
	torn, empty bool
	any         bool
}

func (c *bagCourt) line(n int, text string) *Break {
	c.any = true
	c.want[text]--
	if c.want[text] < 0 {
		return &Break{Line: n, Lane: Lane(text), Got: text}
	}
	return nil
}

func (c *bagCourt) end(torn bool) *Break {
	for _, line := range slices.Sorted(maps.Keys(c.want)) {
		if c.want[line] > 0 {
			return &Break{Lane: Lane(line), Want: line}
		}
	}
	return tornBreak(c.any && !c.empty && torn != c.torn, torn)
}

func tornBreak(differs, torn bool) *Break {
	switch {
	case !differs:
		return nil
	case torn:
		return &Break{Want: "a newline at the end", Got: "none"}
	}
	return &Break{Want: "no newline at the end", Got: "one"}
}

// exactCourt wants every byte.
type exactCourt struct {
	want string // what is still to come
	torn bool   // what has come last is not to have an end
}

func (c *exactCourt) line(n int, text string) *Break {
	want, rest, ended := strings.Cut(c.want, "\n")
	if want != text || c.want == "" {
		return &Break{Line: n, Lane: Lane(text), Want: want, Got: text}
	}
	c.want, c.torn = rest, !ended
	return nil
}

func (c *exactCourt) end(torn bool) *Break {
	if c.want != "" {
		want, _, _ := strings.Cut(c.want, "\n")
		return &Break{Lane: Lane(want), Want: want}
	}
	return tornBreak(torn != c.torn, torn)
}

// orderCourt wants every line that matches first before all that match second.
type orderCourt struct {
	exprs         []string
	first, second *regexp.Regexp
	seenFirst     bool
	line2         int // the first line that matches second
	text2         string
}

func (c *orderCourt) line(n int, text string) *Break {
	a, b := c.first.MatchString(text), c.second.MatchString(text)
	c.seenFirst = c.seenFirst || a
	if b && c.line2 == 0 {
		c.line2, c.text2 = n, text
	}
	if a && c.line2 != 0 {
		return &Break{Line: n, Lane: Lane(text), Want: fmt.Sprintf("it before line %d, %q", c.line2, c.text2), Got: text}
	}
	return nil
}

func (c *orderCourt) end(bool) *Break {
	switch {
	case !c.seenFirst:
		return &Break{Want: fmt.Sprintf("a line that matches %q", c.exprs[0])}
	case c.line2 == 0:
		return &Break{Want: fmt.Sprintf("a line that matches %q", c.exprs[1])}
	}
	return nil
}

// matchCourt wants a match somewhere, or none.
type matchCourt struct {
	expr string
	re   *regexp.Regexp
	not  bool
	text *strings.Builder
}

func (c *matchCourt) line(int, string) *Break { return nil }

func (c *matchCourt) end(bool) *Break {
	got := c.re.FindString(c.text.String())
	switch matches := c.re.MatchString(c.text.String()); {
	case c.not && matches:
		return &Break{Lane: Lane(got), Want: fmt.Sprintf("nothing that matches %q", c.expr), Got: got}
	case !c.not && !matches:
		return &Break{Want: fmt.Sprintf("something that matches %q", c.expr)}
	}
	return nil
}
