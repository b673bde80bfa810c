package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"

	"example.com/lockstep/examples/hello/lockstep"
)

// runGen writes a text of made-up words.
func runGen(f *lockstep.Flags) {
	mb := f.Number("mb", 1, 1, 10_000, "how many million bytes, to the end of a line")
	seed := f.Number("seed", 1, 0, 1<<31-1, "the text: the same for the same seed")
	out := f.String("out", "", "the new `file` to write; standard output if empty")
	f.Parse()
	file := os.Stdout
	if *out != "" {
		var err error
		file, err = os.OpenFile(*out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		lockstep.Check(err)
	}
	lockstep.Check(generate(file, *mb, *seed))
	lockstep.Check(file.Close())
}

const bits = 13 // a word's number has so many: there are 8191 words

// generate writes so many million bytes. As in a language, few words are frequent and many are rare:
// every number of binary digits has the same chance. So the first word is as frequent as the next two
// together, or the four after them.
func generate(to io.Writer, mb, seed int) error {
	words := make([]string, 1<<bits)
	for n := range words {
		words[n] = makeWord(n)
	}
	random := rand.New(rand.NewPCG(uint64(seed), 0))
	out := bufio.NewWriterSize(to, 1<<16)
	for left := mb * 1_000_000; left > 0; {
		for last := 3 + random.IntN(16); last >= 0; last-- { // words of a line
			first := 1 << random.IntN(bits)
			word := words[first+random.IntN(first)]
			out.WriteString(word)
			left -= len(word) + 1
			separator := byte(' ')
			if last == 0 {
				separator = '\n'
			}
			if err := out.WriteByte(separator); err != nil {
				return err
			}
		}
	}
	return out.Flush()
}

// makeWord makes up the n-th word.
func makeWord(n int) string {
	syllable := string([]byte{"fdbghklmnprst"[n%13], "oaeiu"[n/13%5], "lnrds"[n/65%5]})
	if n < 13*5*5 {
		return syllable
	}
	return makeWord(n/(13*5*5)) + syllable
}

// textFlag defines the flag for the text that is counted. What it returns opens the text and tells
// its size. The processes get the open file: a name could mean another file for them.
func textFlag(f *lockstep.Flags) func() (file *os.File, size int64) {
	name := f.String("in", "", "the text `file`; without one, a million bytes are generated")
	return func() (*os.File, int64) {
		file, err := openText(*name)
		lockstep.Check(err)
		info, err := file.Stat()
		lockstep.Check(err)
		if n, _ := file.ReadAt(make([]byte, 1), 0); info.Size() == 0 && n > 0 { // as below /proc
			lockstep.Check(fmt.Errorf("%s does not say how long it is, so it cannot be divided", *name))
		}
		return file, info.Size()
	}
}

func openText(name string) (*os.File, error) {
	if name == "" {
		file, err := lockstep.Unnamed(0)
		if err == nil {
			err = generate(file, 1, 1)
		}
		return file, err
	}
	info, err := os.Stat(name) // before it is opened: opening a pipe may take for ever
	if errors.Is(err, fs.ErrNotExist) {
		lockstep.Usage("-in %s: there is no such file: want a text file", name)
	}
	if err == nil && !info.Mode().IsRegular() {
		lockstep.Usage("-in %s: it cannot be divided: want a regular file", name)
	}
	return os.Open(name)
}
