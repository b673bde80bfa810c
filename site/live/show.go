package main

import (
	"context"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"example.com/lockstep/examples/hello/contract"
)

// maxLine bounds what is shown of one line, in bytes.
const maxLine = 4096

// shown returns a line as a page can show it, with signs for control characters and for bytes that are no text, and
// where it varies from run to run.
func shown(line string, run contract.Run, judged bool) (text string, varies [][2]int) {
	cut := ""
	if len(line) > maxLine {
		line, cut = line[:maxLine], " … (cut)"
	}
	var spans [][2]int
	if judged {
		for _, re := range run.Volatile {
			for _, m := range re.FindAllStringSubmatchIndex(line, -1) {
				for g := 2; g < len(m); g += 2 {
					if m[g] >= 0 && m[g] < m[g+1] {
						spans = append(spans, [2]int{m[g], m[g+1]})
					}
				}
			}
		}
		slices.SortFunc(spans, func(a, b [2]int) int { return a[0] - b[0] })
	}
	var b strings.Builder
	units := 0                          // of UTF-16, in which the browser counts
	at := make(map[int]int, len(spans)) // place in line → place in what is shown
	for i := 0; i < len(line); {
		at[i] = units
		r, n := utf8.DecodeRuneInString(line[i:])
		switch {
		case r == '\t':
		case r < ' ':
			r += '␀'
		case r == 0x7f:
			r = '␡'
		case r >= 0x80 && r < 0xa0, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069: // these turn the text around
			r = utf8.RuneError
		}
		b.WriteRune(r)
		units += utf16.RuneLen(r)
		i += n
	}
	at[len(line)] = units
	end := 0
	for _, s := range spans {
		if s[0] >= end {
			varies = append(varies, [2]int{at[s[0]], at[s[1]]})
			end = s[1]
		}
	}
	return b.String() + cut, varies
}

// A scale is a variant's flag for its number of processes.
type scale struct {
	Flag  string `json:"flag"`
	From  int    `json:"from"`
	To    int    `json:"to"`
	Now   int    `json:"now"`
	lanes bool   // each process has a lane
}

var (
	processesFlag = regexp.MustCompile(`(?m)^  -(\w+) number\n\s+how many (?:\w+ )?(?:processes|workers|children|tellers|tasks)\b[^\n]*number from (\d+) to (\d+)(?: \(default (\d+)\))?`)
	helpTime      = time.Second
)

// findScale asks a program for its variant's number of processes; under mpirun it is the number of ranks.
func findScale(ctx context.Context, program string, how plan) *scale {
	if how.ranks != nil {
		now, err := strconv.Atoi(how.ranks[1])
		if err != nil {
			return nil
		}
		return &scale{Flag: "mpirun -n", From: 1, To: 8, Now: now}
	}
	if len(how.args) == 0 || strings.HasPrefix(how.args[0], "-") {
		return nil
	}
	help, err := startSupervised(ctx, task{Args: []string{program, how.args[0], "-h"}, Env: []string{mark + "=help"}, Dir: filepath.Dir(program)})
	if err != nil {
		return nil
	}
	defer help.end()
	// A program that does not know -h may do anything instead.
	defer context.AfterFunc(ctx, func() { help.lifeline.Close() })()
	defer time.AfterFunc(helpTime, func() { help.lifeline.Close() }).Stop()
	go io.Copy(io.Discard, help.stdout)
	out, err := io.ReadAll(io.LimitReader(help.stderr, maxBody))
	if err != nil {
		return nil
	}
	m := processesFlag.FindSubmatch(out)
	if m == nil {
		return nil
	}
	s := &scale{Flag: "-" + string(m[1])}
	s.From, _ = strconv.Atoi(string(m[2]))
	s.To, _ = strconv.Atoi(string(m[3]))
	s.Now, _ = strconv.Atoi(string(m[4]))
	if at := slices.Index(how.args, s.Flag); at >= 0 && at+1 < len(how.args) {
		s.Now, _ = strconv.Atoi(how.args[at+1])
	}
	return s
}

// countLanes finds out whether each process has a lane: as many as there are processes are in the recorded output.
func (s *scale) countLanes(run contract.Run) {
	if s == nil {
		return
	}
	for _, p := range run.Promises {
		lanes := map[string]bool{}
		for _, line := range contract.Lines(p.Want) {
			if lane := contract.Lane(line); lane != "" {
				lanes[lane] = true
			}
		}
		s.lanes = s.lanes || len(lanes) == s.Now && p.Verb != "cmp"
	}
}

// set returns the plan with that many processes.
func (s *scale) set(how plan, n int) plan {
	if how.ranks != nil {
		how.ranks = []string{"-n", strconv.Itoa(n)}
		return how
	}
	args := slices.Clone(how.args)
	if at := slices.Index(args, s.Flag); at >= 0 && at+1 < len(args) {
		args[at+1] = strconv.Itoa(n)
	} else {
		args = append(args, s.Flag, strconv.Itoa(n))
	}
	how.args = args
	return how
}
