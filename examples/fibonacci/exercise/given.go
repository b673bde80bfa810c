package main

// What is given. It is right as it is: your program goes into exercise.go.

import (
	"errors"
	"fmt"
	"os"
	"strconv"

	"example.com/lockstep/examples/hello/lockstep"
)

var errNotBegun = errors.New("not begun: write Call in examples/fibonacci/exercise/exercise.go")

func main() {
	p := lockstep.New("exercise")
	p.Variant("fib", "processes that share out the calls of fib", runFib)
	p.Role("call", call)
	p.Main()
}

func runFib(f *lockstep.Flags) {
	n := f.Number("n", 24, 0, 40, "compute fib of this")
	depth := f.Number("depth", 2, 0, 6, "how deep calls are shared out")
	f.Parse()
	value, err := Call(*n, *depth, fork)
	lockstep.Check(err)
	lockstep.Say("fib(%d) = %d", *n, value)
}

// call is a process that fork has started.
func call(args lockstep.Args) {
	say("begins")
	value, err := Call(args.Int(0), args.Int(1), fork)
	lockstep.Check(err)
	lockstep.Turn()
	lockstep.Done("%d", value)
}

func say(what string) { fmt.Printf("[process %d] %s\n", os.Getpid(), what) }

// fork starts a process that computes fib(n) by Call, and does not wait for it. join does.
func fork(n, depth int) (join func() (int, error)) {
	say(fmt.Sprintf("starts a process for fib(%d)", n))
	p, err := lockstep.Start(fmt.Sprintf("fib(%d)", n), "call", n, depth)
	lockstep.Check(err)
	return func() (int, error) {
		say(fmt.Sprintf("waits for fib(%d)", n))
		answer, err := p.Step()
		if err != nil {
			return 0, err
		}
		return strconv.Atoi(answer)
	}
}

// fib computes a Fibonacci number in this process.
//
//lint:ignore U1000 your program uses it
func fib(n int) int {
	say(fmt.Sprintf("computes fib(%d)", n))
	return slow(n)
}

func slow(n int) int {
	if n < 2 {
		return n
	}
	return slow(n-1) + slow(n-2)
}
