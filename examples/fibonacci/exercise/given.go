package main

// What is given. It is right as it is: your program goes into exercise.go.

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"strconv"
)

var errNotBegun = errors.New("not begun: write Call in examples/fibonacci/exercise/exercise.go")

var screen = os.Stdout // where this process says what it does

func main() {
	log.SetFlags(0)
	n := flag.Int("n", 24, "compute fib of this `number` from 0 to 40")
	depth := flag.Int("depth", 2, "how deep calls are shared out, a `number` from 0 to 6")
	flag.Parse()
	if *n < 0 || *n > 40 || *depth < 0 || *depth > 6 || flag.NArg() > 1 || flag.NArg() == 1 && flag.Arg(0) != "call" {
		fmt.Fprintln(os.Stderr, "usage: exercise [-n number from 0 to 40] [-depth number from 0 to 6]")
		os.Exit(2)
	}
	if flag.NArg() == 1 { // a process that fork has started: its standard output is for the answer
		screen = os.Stderr
		go endWithParent()
		say("begins")
	}
	value, err := Call(*n, *depth, fork)
	check(err)
	if flag.NArg() == 0 {
		fmt.Printf("fib(%d) = %d\n", *n, value)
	} else {
		fmt.Println(value)
	}
}

func say(what string) { fmt.Fprintf(screen, "[process %d] %s\n", os.Getpid(), what) }

// endWithParent ends this process when its standard input ends.
func endWithParent() {
	io.Copy(io.Discard, os.Stdin)
	os.Exit(1)
}

// fork starts a process that computes fib(n) by Call, and does not wait for it. join does.
func fork(n, depth int) (join func() (int, error)) {
	say(fmt.Sprintf("starts a process for fib(%d)", n))
	self, err := os.Executable()
	check(err)
	child := exec.Command(self, "-n", strconv.Itoa(n), "-depth", strconv.Itoa(depth), "call")
	child.Stderr = screen
	_, err = child.StdinPipe() // its end is our end
	check(err)
	answer, err := child.StdoutPipe()
	check(err)
	check(child.Start())
	return func() (value int, err error) {
		say(fmt.Sprintf("waits for fib(%d)", n))
		_, err = fmt.Fscan(answer, &value)
		return value, errors.Join(err, child.Wait())
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

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
