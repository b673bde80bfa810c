package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"example.com/lockstep/examples/hello/lockstep"
)

// runForkJoin makes each call a process of its own, down to a depth, below which a process computes
// by itself. How many there will be follows from the depth.
func runForkJoin(f *lockstep.Flags) {
	n := f.Number("n", 24, 0, maxN, "compute fib of this")
	depth := f.Number("depth", 2, 0, 6, "how deep calls are processes")
	f.Parse()
	t, _, err := growTree(*n, *depth, 127, os.Stdout) // a tree of depth 6 has no more
	lockstep.Check(err)
	lockstep.Say("fib(%d) = %v", *n, t)
}

// runPerCall makes every call a process, as it would be if a process cost nothing. A limit that
// the whole tree shares ends it, before the machine does.
func runPerCall(f *lockstep.Flags) {
	n := f.Number("n", 20, 0, maxN, "compute fib of this")
	limit := f.Number("limit", 32, 1, 256, "how many processes may be started in all")
	f.Parse()
	t, left, err := growTree(*n, *n, *limit, nil) // NOTE: incorrect: a depth that is never used up
	if err != nil && left == 0 {
		err = fmt.Errorf("fib(%d) takes %s, one a call: the limit of %d is reached", *n, many(cost(*n), "process"), *limit)
	}
	lockstep.Check(err)
	lockstep.Say("fib(%d) = %v", *n, t)
}

// A total is what a call and those that it made came to.
type total struct{ value, calls, processes int }

func (t total) String() string {
	return fmt.Sprintf("%d, in %s, by %s", t.value, many(t.calls, "call"), many(t.processes, "process"))
}

// growTree starts the process of the first call, and waits for its answer. All processes together
// may be so many. It returns how many more could have been started.
func growTree(n, depth, limit int, out io.Writer) (t total, left int, err error) {
	tokens, err := newTokens(limit)
	if err != nil {
		return t, 0, err
	}
	defer tokens.Close()
	root, err := fork("1", n, depth, tokens, out)
	if err == nil {
		t, err = join(root)
	}
	rest, readErr := io.ReadAll(tokens)
	return t, len(rest), errors.Join(err, readErr)
}

// newTokens returns a pipe that holds n bytes; after them comes end-of-file. Who reads a byte may start a
// process; who reads end-of-file may not.
func newTokens(n int) (*os.File, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	_, err = w.Write(make([]byte, n)) // at most 4096: any pipe holds it
	return r, errors.Join(err, w.Close())
}

// fork starts a process for the call of fib(n).
func fork(name string, n, depth int, tokens *os.File, out io.Writer) (*lockstep.Process, error) {
	if _, err := io.ReadFull(tokens, make([]byte, 1)); err != nil {
		return nil, fmt.Errorf("no more processes may be started: %w", err)
	}
	p := lockstep.Command("process "+name, "call", name, n, depth, tokens)
	p.Cmd.Stdout = out
	return p, p.Start()
}

// join waits for a call's answer.
func join(p *lockstep.Process) (t total, err error) {
	line, err := p.Step()
	if err == nil {
		_, err = fmt.Sscan(line, &t.value, &t.calls, &t.processes)
	}
	return t, err
}

// call is a process that computes fib(n). It starts both of its calls before it waits for either.
func call(args lockstep.Args) {
	name, n, depth, tokens := args[0], args.Int(1), args.Int(2), args.File(3)
	t := total{calls: 1, processes: 1}
	if n < 2 || depth == 0 {
		lockstep.Say("computes fib(%d)", n)
		t.value, t.calls = fib(n)
	} else {
		left, err := fork(name+".1", n-1, depth-1, tokens, os.Stdout)
		lockstep.Check(err)
		right, err := fork(name+".2", n-2, depth-1, tokens, os.Stdout)
		lockstep.Check(err)
		for _, p := range []*lockstep.Process{left, right} {
			sub, err := join(p)
			lockstep.Check(err)
			t = total{t.value + sub.value, t.calls + sub.calls, t.processes + sub.processes}
		}
	}
	lockstep.Turn()
	lockstep.Done("%d %d %d", t.value, t.calls, t.processes)
}
