// Package lockstep runs one program as several processes and forces their interleaving.
//
// A bug that needs two processes to meet in an unlucky order shows itself rarely. With this package
// you choose the order. A process waits for its turn before each step, and the parent decides whose
// turn it is, so every run takes the same steps in the same order:
//
//	parent                                      child, in the role "depositor"
//	a, err := lockstep.Start("A", "depositor")
//	                                            lockstep.Turn()
//	a.Step()                                    balance := read()
//	                                            lockstep.Done("reads %d", balance)
//
// Step gives the child its turn and returns when the child has called Done, with the text that Done
// was given.
//
// # Programs
//
// A child is the parent's own program, started again in a role. A program says what it can do, and
// hands over to Main:
//
//	func main() {
//		p := lockstep.New("bank")
//		p.Variant("lostupdate", "two deposits, one of them lost", runLostUpdate)
//		p.Role("depositor", depositor)
//		p.Main()
//	}
//
// A variant is one way to run the program, chosen by its first argument: bank lostupdate. A role is
// what a child does; nobody can run one by hand.
//
// # Tests
//
// Tests can force interleavings as well. TestMain declares the roles and calls Play, which returns
// in the test itself, and never in a child:
//
//	func TestMain(m *testing.M) {
//		p := lockstep.New("bank")
//		p.Role("depositor", depositor)
//		p.Play()
//		os.Exit(m.Run())
//	}
//
// # How everything ends
//
// A child's standard input is a pipe that only its parent can write to. When the parent ends,
// however it ends, the kernel closes the pipe; the child reads end-of-file and exits. So a program
// may stop at its first error, with Check, and no child outlives it.
package lockstep

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
)

// A Program has variants, which are the ways to run it, and roles, which are what its children do.
// A process has one Program.
type Program struct {
	name     string
	variants []variant
	roles    map[string]func(Args)
}

type variant struct {
	name, does string
	run        func(*Flags)
}

// program is what Main or Play was called on. Messages begin with its name, and Start looks its
// roles up.
var program = New("lockstep")

// New returns a program without variants and roles. Messages on standard error begin with its name.
func New(name string) *Program {
	return &Program{name: name, roles: map[string]func(Args){}}
}

// Variant adds a variant. The line says what it does, for the list that -h prints. The first
// variant is the one that runs if the command line names none.
func (p *Program) Variant(name, line string, run func(*Flags)) {
	p.variants = append(p.variants, variant{name, line, run})
}

// Role adds a role: what a child does that was started in it.
func (p *Program) Role(name string, run func(Args)) { p.roles[name] = run }

// Main runs the variant that the command line names, and exits: with 0, or with 1 after a failure,
// or with 2 if the command line is wrong. In a child it plays the child's role, as Play does.
func (p *Program) Main() {
	p.Play()
	args := os.Args[1:]
	if len(args) > 0 && (args[0] == "-h" || args[0] == "--help") {
		Say("%s", p)
		os.Exit(0)
	}
	if len(p.variants) == 0 {
		Usage("this program has no variant to run")
	}
	v := p.variants[0]
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		i := slices.IndexFunc(p.variants, func(v variant) bool { return v.name == args[0] })
		if i < 0 && p.roles[args[0]] != nil {
			Usage("%s is a role that the program starts by itself; %s -h lists what you can run", args[0], p.name)
		}
		if i < 0 {
			Usage("unknown variant %q\n%s", args[0], p)
		}
		v, args = p.variants[i], args[1:]
	}
	v.run(newFlags(v.name, args))
	os.Exit(0)
}

// Play plays the role that this process was started in, and exits. In a process that Start has not
// started, Play returns.
func (p *Program) Play() {
	program = p
	if !enterRole() {
		return
	}
	run := p.roles[role]
	if run == nil { // the parent has looked it up: its program is not this one
		Check(fmt.Errorf("this program has no role %q", role))
	}
	run(Args(os.Args[3:]))
	os.Exit(0)
}

// String lists the variants.
func (p *Program) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "usage: %s [variant] [flags]; the flags of a variant: %[1]s variant -h", p.name)
	for _, v := range p.variants {
		fmt.Fprintf(&b, "\n  %-14s %s", v.name, v.does)
	}
	return b.String()
}

// checkRole refuses to start a child that would not know what to do.
func (p *Program) checkRole(name string) error {
	if p.roles[name] == nil {
		return fmt.Errorf("there is no role %q; there are: %s", name, strings.Join(slices.Sorted(maps.Keys(p.roles)), ", "))
	}
	return nil
}

// Say prints one line to standard output. In a child the line begins with the child's name in
// brackets. The whole line is handed to the kernel in one write, so lines of several processes don't
// mix. If it cannot be written, the program ends: there is nobody left to talk to.
func Say(format string, args ...any) {
	if role != "" {
		format = "[" + strings.ReplaceAll(name, "%", "%%") + "] " + format
	}
	write(fmt.Sprintf(format+"\n", args...))
}

// write hands text to standard output in one write.
func write(text string) {
	if _, err := io.WriteString(os.Stdout, text); err != nil {
		if role != "" {
			os.Exit(exitOutput) // the parent says so, once for all its children
		}
		Check(err)
	}
}

// exitOutput is the exit code of a child that could not write to standard output; it is EX_IOERR of
// sysexits.h.
const exitOutput = 74

// exitSilent is what a shell shows for a program that SIGPIPE has ended.
const exitSilent = 128 + 13

// errOutput stands for all children that ended with exitOutput.
var errOutput = errors.New("cannot write to standard output")

// Check ends the process if err is not nil. The parent says on standard error what went wrong and
// exits with 1. A child says it to its parent, whose next Step, Answer, Wait or End returns it.
//
// If the output's reader is gone, as in "program | head -1", there is nothing to say, and Check says
// nothing.
func Check(err error) {
	switch {
	case err == nil:
		return
	case readerGone(err):
		os.Exit(exitSilent)
	case role != "" && errors.Is(err, errOutput):
		os.Exit(exitOutput)
	case role != "":
		fail(err)
		os.Exit(1)
	case errors.Is(err, errOutput):
		err = errOutput // once, however many children say it
	}
	lastWords(1, "%v", err)
}

// Usage says on standard error what is wrong with the command line, and exits with 2.
func Usage(format string, args ...any) {
	lastWords(2, format, args...)
}

var speaking sync.Mutex // held by the goroutine that says why the program ends, until it has ended

// lastWords says on standard error why the program ends, and ends it. If several goroutines have a
// reason, the first is said.
func lastWords(code int, format string, args ...any) {
	speaking.Lock()
	fmt.Fprintf(os.Stderr, "%s: %s\n", program.name, fmt.Sprintf(format, args...))
	os.Exit(code)
}

// Schedules returns all orders of the letters, each once, sorted: of AABB there are six, from AABB
// to BBAA. Of n different letters there are n! orders, so keep them few.
func Schedules(letters string) []string {
	if letters == "" {
		return []string{""}
	}
	var all []string
	sorted := []rune(letters)
	slices.Sort(sorted)
	for i, first := range sorted {
		if i > 0 && sorted[i-1] == first {
			continue // the same letter was first already
		}
		for _, rest := range Schedules(string(slices.Delete(slices.Clone(sorted), i, i+1))) {
			all = append(all, string(first)+rest)
		}
	}
	return all
}
