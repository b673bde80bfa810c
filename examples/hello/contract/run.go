package contract

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
)

// A Run is one command of a script that starts a program, with all that is promised about it.
type Run struct {
	Args     []string // the program and its arguments
	Exit     int      // the exit code, or [AnyFailure]
	Needs    []string // conditions without which the script is skipped, such as "linux" or "mpi"
	Promises []Promise
	Volatile []*regexp.Regexp // what varies
}

// AnyFailure stands for every exit code but 0.
const AnyFailure = -1

// A Promise is one assertion about what a run prints.
type Promise struct {
	Verb   string // cmp, lanes, unordered, before, or match
	Stream Stream
	Want   string   // what cmp, lanes and unordered compare with
	Exprs  []string // the pattern of match, the two of before
	Not    bool     // match: no line may match
}

// A Stream is one of a program's two outputs.
type Stream int

const (
	Stdout Stream = iota
	Stderr
)

var streams = map[string]Stream{"stdout": Stdout, "stderr": Stderr}

// Runs returns the runs of a phase, in their order. It is an error if the phase does something else,
// such as sending a signal, so that only the script's own test can tell whether its promises are kept.
func (s *Script) Runs(phase Phase) ([]Run, error) {
	var needs []string
	var varying []*regexp.Regexp
	for _, c := range s.Commands { // these hold for all that comes later, in other phases as well
		if c.Line >= phase.Line {
			break
		}
		switch c.Args[0] {
		case "need":
			needs = append(needs, c.Args[1:]...)
		case "volatile":
			re, err := Volatile(c.Args[1])
			if err != nil {
				return nil, err
			}
			varying = append(varying, re)
		}
	}
	var runs []Run
	for _, c := range phase.Commands {
		other := fmt.Errorf("line %d needs the script's own test: %s", c.Line, c.Args[0])
		if len(c.If) > 0 || len(c.Args) < 2 {
			return nil, other
		}
		switch verb, args := c.Args[0], c.Args[1:]; verb {
		case "need":
			needs = append(needs, args...)
		case "volatile":
			re, err := Volatile(args[0])
			if err != nil {
				return nil, err
			}
			varying = append(varying, re)
		case "exec", "exits":
			run := Run{Args: args, Needs: slices.Clone(needs)}
			if verb == "exits" {
				code, err := strconv.Atoi(args[0])
				if err != nil || len(args) < 2 {
					return nil, other
				}
				run.Args, run.Exit = args[1:], code
			} else if c.Not {
				run.Exit = AnyFailure
			}
			runs = append(runs, run)
		default:
			p, ok := s.promise(c)
			if !ok || len(runs) == 0 {
				return nil, other
			}
			last := &runs[len(runs)-1]
			last.Promises = append(last.Promises, p)
			last.Volatile = slices.Clone(varying)
		}
	}
	if len(runs) == 0 {
		return nil, fmt.Errorf("line %d: this phase runs nothing", phase.Line)
	}
	return runs, nil
}

// promise reads an assertion, and reports whether it is one about what a program printed.
func (s *Script) promise(c Command) (p Promise, ok bool) {
	switch verb, args := c.Args[0], c.Args[1:]; verb {
	case "cmp", "lanes", "unordered":
		if c.Not || len(args) != 2 {
			return p, false
		}
		stream, known := streams[args[0]]
		want, found := s.Section(args[1])
		return Promise{Verb: verb, Stream: stream, Want: want}, known && found
	case "stdout", "stderr":
		return Promise{Verb: "match", Stream: streams[verb], Exprs: args, Not: c.Not}, len(args) == 1
	case "before":
		return Promise{Verb: verb, Exprs: args}, len(args) == 2 && !c.Not
	}
	return p, false
}
