// Package contract reads what a script promises about the output of several processes, and judges an
// output by it: at once, as the tests do, or in pieces while it is being printed.
package contract

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
)

// Volatile compiles the pattern of a volatile command. Its groups are what varies. They
// may not be nested and stand at the top level, so that they can be marked on a page as well.
func Volatile(expr string) (*regexp.Regexp, error) {
	re, err := regexp.Compile("(?m)" + expr)
	if err != nil {
		return nil, fmt.Errorf("volatile: %w", err)
	}
	tree, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return nil, fmt.Errorf("volatile: %w", err)
	}
	parts := []*syntax.Regexp{tree}
	if tree.Op == syntax.OpConcat {
		parts = tree.Sub
	}
	top := 0
	for _, p := range parts {
		if p.Op == syntax.OpCapture {
			top++
		}
	}
	switch {
	case re.NumSubexp() == 0:
		return nil, fmt.Errorf("volatile %q has no group: put what varies in parentheses", expr)
	case top != re.NumSubexp():
		return nil, fmt.Errorf("volatile %q: a group may not be nested, repeated or optional", expr)
	}
	return re, nil
}

// Mask replaces what the patterns' groups match by an ellipsis.
func Mask(text string, patterns []*regexp.Regexp) string {
	for _, re := range patterns {
		var b strings.Builder
		end := 0
		for _, m := range re.FindAllStringSubmatchIndex(text, -1) {
			for g := 2; g < len(m); g += 2 {
				b.WriteString(text[end:m[g]])
				b.WriteString("…")
				end = m[g+1]
			}
		}
		b.WriteString(text[end:])
		text = b.String()
	}
	return text
}

var lanePrefix = regexp.MustCompile(`^\[([^\]\s][^\]]*)\] `)

// Lane returns the lane of a line: the name in its prefix, or "" for the parent's.
func Lane(line string) string {
	if m := lanePrefix.FindStringSubmatch(line); m != nil {
		return m[1]
	}
	return ""
}

// Lines returns the lines of a text, without their ends.
func Lines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

func byLane(text string) map[string][]string {
	lanes := map[string][]string{}
	for _, line := range Lines(text) {
		lanes[Lane(line)] = append(lanes[Lane(line)], line)
	}
	return lanes
}

// Lanes returns nil if each lane has the same lines in the same order in both texts, or an
// error that shows the lanes that differ.
func Lanes(got, want string) error {
	if err := sameEnd(got, want); err != nil {
		return err
	}
	g, w := byLane(got), byLane(want)
	names := maps.Clone(g)
	maps.Copy(names, w)
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if slices.Equal(g[name], w[name]) {
			continue
		}
		title := "lane " + name
		if name == "" {
			title = "lines without a lane"
		}
		errs = append(errs, errors.New(title+" differ:\n"+lineDiff(g[name], w[name])))
	}
	return errors.Join(errs...)
}

// Unordered returns nil if both texts have the same lines, each as often.
func Unordered(got, want string) error {
	if err := sameEnd(got, want); err != nil {
		return err
	}
	g, w := Lines(got), Lines(want)
	slices.Sort(g)
	slices.Sort(w)
	if slices.Equal(g, w) {
		return nil
	}
	return errors.New("the lines, sorted, differ:\n" + lineDiff(g, w))
}

// sameEnd keeps a torn last line from passing for a whole one.
func sameEnd(got, want string) error {
	if got != "" && want != "" && strings.HasSuffix(got, "\n") != strings.HasSuffix(want, "\n") {
		return errors.New("one of the two does not end in a newline")
	}
	return nil
}

func lineDiff(got, want []string) string {
	text := func(lines []string) []byte { return []byte(strings.Join(lines, "\n") + "\n") }
	return string(diff.Diff("recorded", text(want), "printed", text(got)))
}

// Before returns nil if both patterns match some line of text, and the last line that
// matches first comes before the first that matches second.
func Before(text, first, second string) error {
	a, err := regexp.Compile(first)
	if err != nil {
		return err
	}
	b, err := regexp.Compile(second)
	if err != nil {
		return err
	}
	lastA, firstB := -1, -1
	lines := Lines(text)
	for i, line := range lines {
		if a.MatchString(line) {
			lastA = i
		}
		if firstB < 0 && b.MatchString(line) {
			firstB = i
		}
	}
	switch {
	case lastA < 0:
		return fmt.Errorf("no line matches %q", first)
	case firstB < 0:
		return fmt.Errorf("no line matches %q", second)
	case lastA >= firstB:
		return fmt.Errorf("line %d %q matches %q, but line %d %q already matched %q",
			lastA+1, lines[lastA], first, firstB+1, lines[firstB], second)
	}
	return nil
}
