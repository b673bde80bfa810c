package main

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"example.com/lockstep/examples/hello/lockstep"
)

const maxWord = 64 << 10 // a file of gigabytes without white space is no text

var (
	errBinary   = errors.New("a zero byte: want text")
	errLongWord = fmt.Errorf("a word of more than %d bytes: want text", maxWord)
)

// region tally
// A tally is what was counted.
type tally struct {
	Lines, Words, Bytes int64
	Counts              map[string]int64 // how often each word occurs
}

// add adds another tally. Whole numbers forgive everything: who counted what makes no difference,
// and neither does the order.
func (t *tally) add(other tally) {
	t.Lines += other.Lines
	t.Words += other.Words
	t.Bytes += other.Bytes
	for word, n := range other.Counts {
		t.Counts[word] += n
	}
}

// endregion tally

// countRange counts the words between two offsets of a file. It reads block by block: in memory are
// one block and the different words, however large the file is.
func countRange(f io.ReaderAt, lo, hi int64) (tally, error) {
	in := &lineCounter{r: io.NewSectionReader(f, lo, hi-lo)}
	words := bufio.NewScanner(in)
	words.Buffer(make([]byte, 2*maxWord), maxWord+1)
	words.Split(asciiWords)
	t := tally{Bytes: hi - lo}
	counts := map[string]*int64{} // a pointer is found without making a string of the word
	for words.Scan() {
		t.Words++
		if n := counts[string(words.Bytes())]; n != nil {
			*n++
			continue
		}
		one := int64(1)
		counts[words.Text()] = &one
	}
	t.Counts = make(map[string]int64, len(counts))
	for word, n := range counts {
		t.Counts[word] = *n
	}
	t.Lines = in.lines
	if errors.Is(words.Err(), bufio.ErrTooLong) {
		return t, errLongWord
	}
	return t, words.Err()
}

// A lineCounter counts the lines that are read through it, and refuses what is no text.
type lineCounter struct {
	r     io.Reader
	lines int64
}

func (c *lineCounter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.lines += int64(bytes.Count(p[:n], []byte("\n")))
	if bytes.IndexByte(p[:n], 0) >= 0 {
		return 0, errBinary
	}
	return n, err
}

const whiteSpace = " \t\n\v\f\r" // what separates words

// asciiWords is like bufio.ScanWords for bytes: white space is what it is in ASCII.
func asciiWords(data []byte, atEnd bool) (advance int, word []byte, err error) {
	space := func(b byte) bool { return b == ' ' || '\t' <= b && b <= '\r' }
	begin := 0
	for begin < len(data) && space(data[begin]) {
		begin++
	}
	for i := begin; i < len(data); i++ {
		if space(data[i]) {
			return i + 1, data[begin:i], nil
		}
	}
	if atEnd && begin < len(data) {
		return len(data), data[begin:], nil
	}
	return begin, nil, nil
}

// cut moves an offset forward to the first place behind a newline. Whoever asks with the same offset
// gets the same answer: so of two processes the one stops exactly where the other begins, and
// neither has to ask the other.
func cut(f io.ReaderAt, size, offset int64) (int64, error) {
	if offset <= 0 || offset >= size {
		return min(max(offset, 0), size), nil
	}
	block := make([]byte, 4096)
	for at := offset - 1; at < size; { // back by one: the offset may be a right place already
		n, err := f.ReadAt(block[:min(4096, size-at)], at)
		if i := bytes.IndexAny(block[:n], "\n\x00"); i >= 0 && block[i] == 0 {
			return 0, errBinary // no text: the next newline may be very far away
		} else if i >= 0 {
			return at + int64(i) + 1, nil
		}
		if at += int64(n); at < size && err != nil {
			return 0, err
		}
	}
	return size, nil // the last line has no newline
}

// A text is the file that is counted, as it was when the work began.
type text struct {
	name string
	file *os.File // the processes get it, open: a name could mean another file for them
	size int64
	time time.Time
}

// textFlag defines the flag for the text. What it returns opens it.
func textFlag(f *lockstep.Flags) func() text {
	name := f.String("in", "", "the text `file`; without one, a million bytes are generated")
	return func() text {
		if *name == "" {
			file, err := lockstep.Unnamed(0)
			lockstep.Check(err)
			lockstep.Check(generate(file, 1, 1))
			t, err := newText("the generated text", file)
			lockstep.Check(err)
			return t
		}
		info, err := os.Stat(*name) // before it is opened: opening a pipe may take for ever
		if errors.Is(err, fs.ErrNotExist) {
			lockstep.Usage("-in %s: there is no such file: want a text file", *name)
		}
		lockstep.Check(err)
		if !info.Mode().IsRegular() {
			lockstep.Usage("-in %s: it cannot be divided: want a regular file", *name)
		}
		file, err := os.Open(*name)
		lockstep.Check(err)
		t, err := newText(*name, file)
		lockstep.Check(err)
		return t
	}
}

func newText(name string, file *os.File) (text, error) {
	info, err := file.Stat()
	if err != nil {
		return text{}, err
	}
	if n, _ := file.ReadAt(make([]byte, 1), 0); info.Size() == 0 && n > 0 { // as below /proc
		return text{}, fmt.Errorf("%s does not say how long it is, so it cannot be divided", name)
	}
	return text{name, file, info.Size(), info.ModTime()}, nil
}

// check fails if the counting failed, or if the file is not what it was when it was opened: then
// whatever was read of it is worth nothing.
func (t text) check(err error) error {
	info, statErr := t.file.Stat()
	switch {
	case statErr != nil:
		return statErr
	case info.Size() != t.size || !info.ModTime().Equal(t.time):
		return fmt.Errorf("%s changed while it was read: there is no result", t.name)
	case err != nil:
		return fmt.Errorf("%s: %w", t.name, err)
	}
	return nil
}

// report prints a tally and its most frequent words. Nothing in it says how it was counted, so that
// it can be compared.
func (t tally) report(top int) {
	lockstep.Say("%d lines, %d words, %d bytes, %d different words", t.Lines, t.Words, t.Bytes, len(t.Counts))
	var words []string
	for word := range t.Counts {
		words = append(words, word)
	}
	slices.SortFunc(words, func(a, b string) int {
		return cmp.Or(cmp.Compare(t.Counts[b], t.Counts[a]), strings.Compare(a, b))
	})
	for _, word := range words[:min(top, len(words))] {
		lockstep.Say("%8d %s", t.Counts[word], printable(word))
	}
}

// printable quotes a word that a terminal might obey.
func printable(word string) string {
	if strings.ContainsFunc(word, func(c rune) bool { return c == unicode.ReplacementChar || !unicode.IsPrint(c) }) {
		return strconv.Quote(word)
	}
	return word
}
