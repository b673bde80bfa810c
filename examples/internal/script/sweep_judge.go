package script

//lint:file-ignore U1000 what only Linux's conditions use is here for the others to build

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// faults returns what is wrong with how a run ended. The usual result is that of the same variant
// under no condition.
func (r result) faults(program string, c *sweepCondition, usual result) (faults []string) {
	if r.timedOut {
		return []string{"has not ended in time"}
	}
	if c.excuse != nil && c.excuse.MatchString(r.stderr) {
		return nil
	}
	if fault := spoken(program, r.stderr); fault != "" {
		faults = append(faults, fault)
	}
	switch {
	case r.code == 0 && r.stderr != "":
		faults = append(faults, "says that something is wrong, and exits with 0")
	case (r.code == 1 || r.code == 2) && r.stderr == "" && !c.unheard:
		faults = append(faults, fmt.Sprintf("exits with %d without a word", r.code))
	}
	if fault := c.fault(r, usual); fault != "" {
		faults = append(faults, fault)
	}
	return faults
}

// crash matches what the Go runtime writes and no sentence of ours contains.
var crash = regexp.MustCompile(`(?m)^(panic|fatal error|runtime): |goroutine \d+ |^\[signal |^SIG[A-Z]+: |WARNING: DATA RACE`)

// spoken returns what is wrong with what a program said on standard error. It may be one line, or one
// line for each of several processes that have failed.
func spoken(program, text string) string {
	if text == "" {
		return ""
	}
	if crash.MatchString(text) {
		return "crashed"
	}
	whole, ok := strings.CutSuffix(text, "\n")
	if !ok {
		return "says a line without an end"
	}
	whole, ok = strings.CutPrefix(whole, program+": ")
	if !ok {
		return "says a sentence that does not begin with its name"
	}
	if strings.TrimSpace(whole) == "" {
		return "says its name, and no more"
	}
	if strings.Contains(whole, "\n"+program+": ") {
		return "speaks with the voices of several processes"
	}
	lines := strings.Split(whole, "\n")
	if len(lines) == 1 {
		return ""
	}
	said := map[string]bool{}
	for _, line := range lines {
		who, what, ok := strings.Cut(line, ": ")
		switch {
		case !ok || what == "":
			return "says more than a sentence"
		case said[who]:
			return "speaks of the same process twice"
		}
		said[who] = true
	}
	return ""
}

// exits is for conditions after which these exit codes are right.
func exits(codes ...int) func(r, usual result) string {
	return func(r, _ result) string {
		if slices.Contains(codes, r.code) {
			return ""
		}
		return fmt.Sprintf("exit code %d, want one of %v", r.code, codes)
	}
}

// endsAsUsual is for conditions that are no reason to fail.
func endsAsUsual(r, usual result) string {
	if r.code == usual.code {
		return ""
	}
	return fmt.Sprintf("exit code %d, and as a rule it is %d", r.code, usual.code)
}

// exitsIfItPrints is for outputs that cannot be written: a program that prints nothing does not
// notice, any other exits with the code.
func exitsIfItPrints(code int) func(r, usual result) string {
	return func(r, usual result) string {
		if usual.stdout == "" {
			return endsAsUsual(r, usual)
		}
		return exits(code)(r, usual)
	}
}

// endsUnlessItSpeaks is for a reader of both outputs that is gone.
func endsUnlessItSpeaks(r, usual result) string {
	if usual.stdout == "" {
		return exits(usual.code, endedBySIGPIPE)(r, usual)
	}
	return exits(endedBySIGPIPE)(r, usual)
}

// endsSilently is for an output whose reader goes away, which may be after the last line.
func endsSilently(r, usual result) string {
	if r.code == endedBySIGPIPE && r.stderr != "" {
		return "speaks, though its reader only went away"
	}
	if r.code == endedBySIGPIPE {
		return ""
	}
	return endsAsUsual(r, usual)
}

const endedBySIGPIPE = 128 + 13

// reportsDeath is for a child that was killed: the program says so on standard error and fails, or
// tells of it in its output. A child that had done its work gave it no reason: then the output is as
// usual, but for its order and its numbers.
func reportsDeath(r, usual result) string {
	if r.killed && r.code == 0 && !strings.Contains(r.stdout, "killed") && outline(r.stdout) != outline(usual.stdout) {
		return "exits with 0 and another output, and says nowhere that a child was killed"
	}
	return exits(0, 1)(r, usual)
}

var number = regexp.MustCompile(`(\d+(\.\d+)?(ms|µs|ns|h|m|s)?)+`) // or a duration

// outline is an output without what differs from run to run.
func outline(text string) string {
	lines := strings.Split(number.ReplaceAllString(text, "0"), "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}
