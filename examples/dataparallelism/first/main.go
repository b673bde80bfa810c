// Up to five processes count the words of a poem, each in its part of a file.
package main

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

const poem = "the fog comes on\nlittle cat feet\nit sits looking over harbor\nand city on silent haunches\nand then moves on\n"

func main() {
	if len(os.Args) > 3 { // a worker: the file, and where our range begins and ends
		file, err := os.Open(os.Args[1])
		check(err)
		lo, err := strconv.ParseInt(os.Args[2], 10, 64)
		check(err)
		hi, err := strconv.ParseInt(os.Args[3], 10, 64)
		check(err)
		text, err := io.ReadAll(io.NewSectionReader(file, lo, hi-lo))
		check(err)
		fmt.Println(len(bytes.Fields(text)))
		return
	}

	file, err := os.CreateTemp("", "poem")
	check(err)
	defer os.Remove(file.Name())
	_, err = file.WriteString(poem)
	check(err)
	self, err := os.Executable()
	check(err)
	for p := 1; p <= 5; p++ {
		words := 0
		for i := range p {
			lo, hi := len(poem)*i/p, len(poem)*(i+1)/p // NOTE: incorrect: a border may cut a word in two
			out, err := exec.Command(self, file.Name(), fmt.Sprint(lo), fmt.Sprint(hi)).Output()
			check(err)
			n, err := strconv.Atoi(strings.TrimSpace(string(out)))
			check(err)
			words += n
		}
		fmt.Println(p, "processes count", words, "words")
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
