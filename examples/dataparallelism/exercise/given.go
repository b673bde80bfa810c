package main

// What is given. It is right as it is: your program goes into exercise.go.

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"example.com/lockstep/examples/hello/lockstep"
)

var errNotBegun = errors.New("not begun: write Cut in examples/dataparallelism/exercise/exercise.go")

func main() {
	p := lockstep.New("exercise")
	p.Variant("words", "several processes count the words of a text", runWords)
	p.Role("counter", counter)
	p.Main()
}

func runWords(f *lockstep.Flags) {
	p := f.Number("p", 4, 1, 16, "how many processes")
	text := f.String("text", strings.Repeat("fog on little cat feet ", 50), "the `text`")
	f.Parse()
	sum := 0
	for i := range *p {
		lo, hi := len(*text)*i / *p, len(*text)*(i+1) / *p
		c, err := lockstep.Start(fmt.Sprintf("process %d", i+1), "counter", *text, lo, hi)
		lockstep.Check(err)
		answer, err := c.Step()
		lockstep.Check(err)
		words, err := strconv.Atoi(answer)
		lockstep.Check(err)
		lockstep.Say("[process %d] %d words", i+1, words)
		sum += words
	}
	lockstep.Say("%d words", sum)
}

// counter counts the words between two borders.
func counter(args lockstep.Args) {
	text, size := strings.NewReader(args[0]), int64(len(args[0]))
	lo, err := Cut(text, size, int64(args.Int(1)))
	lockstep.Check(err)
	hi, err := Cut(text, size, int64(args.Int(2)))
	lockstep.Check(err)
	part, err := io.ReadAll(io.NewSectionReader(text, lo, hi-lo))
	lockstep.Check(err)
	lockstep.Turn()
	lockstep.Done("%d", len(bytes.Fields(part)))
}
