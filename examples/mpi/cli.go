package main

// This file is the same in every example. It finds the variant that was asked for, reads its
// flags, starts this program again in another role, and turns errors into exit codes.

//lint:file-ignore U1000 no example uses all of it

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
)

// A variant is one way to run the program. One that does nothing worth listing is a role: what
// the program is when it was started by itself.
type variant struct {
	name string
	does string // one line for the list; empty for a role
	run  func(args []string) error
}

// A usageError is the caller's mistake. The exit code is 2.
type usageError struct{ error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// dispatch runs the variant named by the first argument, or the first variant if there is none,
// and returns the exit code: 0, 1 for a failure, 2 for wrong use.
func dispatch(program string, variants []variant, args []string) int {
	v, err := variants[0], error(nil)
	if len(args) > 0 && (args[0] == "-h" || args[0] == "--help") {
		say("%s", list(program, variants))
		args, v.run = nil, func([]string) error { return nil }
	} else if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		v, err = find(program, variants, args[0])
		args = args[1:]
	}
	if err == nil {
		err = v.run(args)
	}
	if err == nil {
		err = stdout.failed()
	}
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return 0
	}
	fmt.Fprintf(os.Stderr, "%s: %v\n", program, err)
	if errors.As(err, new(usageError)) {
		return 2
	}
	return 1
}

func find(program string, variants []variant, name string) (variant, error) {
	for _, v := range variants {
		if v.name == name {
			return v, nil
		}
	}
	return variant{}, usagef("unknown variant %q\n%s", name, list(program, variants))
}

func list(program string, variants []variant) string {
	var b strings.Builder
	fmt.Fprintf(&b, "usage: %s [variant] [flags]; the flags of a variant: %s variant -h", program, program)
	for _, v := range variants {
		if v.does != "" {
			fmt.Fprintf(&b, "\n  %-14s %s", v.name, v.does)
		}
	}
	return b.String()
}

// newFlags returns an empty flag set; parse reads args with it, and takes nothing but flags.
func newFlags(name string) *flag.FlagSet {
	fs := flag.NewFlagSet(name, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	return fs
}

func parse(fs *flag.FlagSet, args []string) error {
	err := fs.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fs.SetOutput(os.Stdout)
		fs.Usage()
		return err
	case err != nil:
		return usageError{err}
	case fs.NArg() > 0:
		return usagef("unexpected argument %q: %s takes flags only", fs.Arg(0), fs.Name())
	}
	return nil
}

// intFlag defines a flag that takes a whole number from min to max.
func intFlag(fs *flag.FlagSet, name string, value, min, max int, usage string) *int {
	n := value
	usage = fmt.Sprintf("%s, `number` from %d to %d (default %d)", usage, min, max, value)
	fs.Func(name, usage, func(s string) error {
		v, err := strconv.Atoi(s)
		if err != nil || v < min || v > max {
			return fmt.Errorf("want a whole number from %d to %d", min, max)
		}
		n = v
		return nil
	})
	return &n
}

// say prints one line with one write, so that lines of several processes never mix.
func say(format string, args ...any) { fmt.Fprintf(&stdout, format+"\n", args...) }

// stdout remembers the first failure to write; dispatch reports it.
var stdout checkedWriter

type checkedWriter struct {
	mu  sync.Mutex // guards err
	err error
}

func (w *checkedWriter) Write(p []byte) (int, error) {
	n, err := os.Stdout.Write(p)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err == nil {
		w.err = err
	}
	return n, err
}

func (w *checkedWriter) failed() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}

// self returns a command that runs this program again in the given role.
func self(role string, args ...string) *exec.Cmd {
	path, err := os.Executable()
	cmd := exec.Command(path, append([]string{role}, args...)...)
	if err != nil {
		cmd.Err = err // Start reports it
	}
	cmd.Stdout = os.Stdout
	cmd.Stderr = os.Stderr
	return cmd
}
