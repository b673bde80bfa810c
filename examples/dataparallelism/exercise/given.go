package main

// What is given. It is right as it is: your program goes into exercise.go.

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

var errNotBegun = errors.New("not begun: write Cut in examples/dataparallelism/exercise/exercise.go")

func main() {
	log.SetFlags(0)
	p := flag.Int("p", 4, "how many processes, a `number` from 1 to 16")
	text := flag.String("text", strings.Repeat("fog on little cat feet ", 50), "the `text`")
	flag.Parse()
	if *p < 1 || *p > 16 || flag.NArg() != 0 && flag.NArg() != 2 {
		fmt.Fprintln(os.Stderr, "usage: exercise [-p number from 1 to 16] [-text text]")
		os.Exit(2)
	}
	if flag.NArg() == 2 { // a process that main has started: the words are its range
		go endWithParent()
		fmt.Println(count(strings.NewReader(*text), int64(len(*text)), border(flag.Arg(0)), border(flag.Arg(1))))
		return
	}
	if _, err := Cut(strings.NewReader("a b"), 3, 1); errors.Is(err, errNotBegun) {
		log.Fatal(err)
	}
	sum := 0
	for i := range *p {
		lo, hi := len(*text)*i / *p, len(*text)*(i+1) / *p
		self, err := os.Executable()
		check(err)
		process := exec.Command(self, "-text", *text, fmt.Sprint(lo), fmt.Sprint(hi))
		process.Stderr = os.Stderr
		_, err = process.StdinPipe() // its end is our end
		check(err)
		out, err := process.Output()
		check(err)
		words, err := strconv.Atoi(strings.TrimSpace(string(out)))
		check(err)
		fmt.Printf("[process %d] %d words\n", i+1, words)
		sum += words
	}
	fmt.Println(sum, "words")
}

// count counts the words between two borders.
func count(text io.ReaderAt, size, lo, hi int64) int {
	lo, err := Cut(text, size, lo)
	check(err)
	hi, err = Cut(text, size, hi)
	check(err)
	part, err := io.ReadAll(io.NewSectionReader(text, lo, hi-lo))
	check(err)
	return len(bytes.Fields(part))
}

func border(word string) int64 {
	n, err := strconv.ParseInt(word, 10, 64)
	check(err)
	return n
}

// endWithParent ends this process when its standard input ends.
func endWithParent() {
	io.Copy(io.Discard, os.Stdin)
	os.Exit(1)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
