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

var errNotBegun = errors.New("not begun: write Backwards in examples/hello/exercise/exercise.go")

var dies = flag.Int("dies", 0, "the process with this `number` ends before the token comes; 0 is none")

func main() {
	log.SetFlags(0)
	n := flag.Int("n", 4, "how many processes, a `number` from 1 to 64")
	flag.Parse()
	if flag.Arg(0) == "runner" {
		check(passOn(flag.Arg(1)))
		return
	}
	if *n < 1 || *n > 64 || flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "usage: exercise [-n number from 1 to 64] [-dies number]")
		os.Exit(2)
	}
	check(Backwards(*n))
}

// start starts the process with this number. It will wait for the token to come out of from, say so, and put it into to.
// Both files stay open here as well.
//
//lint:ignore U1000 your program uses it
func start(number int, from, to *os.File) (*exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	child := exec.Command(self, "-dies", strconv.Itoa(*dies), "runner", strconv.Itoa(number))
	child.Stdin, child.Stdout = from, to // the token comes in by the one and goes out by the other
	child.Stderr = os.Stdout             // here the process speaks
	return child, child.Start()
}

// passOn is what a process does that start has started.
func passOn(number string) error {
	if number == strconv.Itoa(*dies) {
		os.Exit(1)
	}
	token := make([]byte, 1)
	if _, err := io.ReadFull(os.Stdin, token); err != nil {
		return fmt.Errorf("[process %s] the token did not come: %w", number, err)
	}
	fmt.Fprintf(os.Stderr, "[process %s] has the token, pid %d\n", number, os.Getpid())
	_, err := os.Stdout.Write(token)
	return err
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
