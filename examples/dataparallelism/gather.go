package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

const gatherMost = 64 << 20 // all pieces may be in memory, if the first comes last

// runGather has each process put its lines into capitals. They finish in the
// order -finish says; what they made is written in the order of the file.
func runGather(args []string) error {
	fs := newFlags("gather")
	name := fs.String("in", "", "the text `file`; without one, a million bytes are generated")
	finish := fs.String("finish", "3142", "the order in which they finish: each digit from 1 once")
	if err := parse(fs, args); err != nil {
		return err
	}
	p := len(*finish)
	ok := 1 <= p && p <= 9
	for i := range p {
		ok = ok && strings.Contains(*finish, strconv.Itoa(i+1))
	}
	if !ok {
		return usagef("-finish %q: want the digits from 1 to at most 9, each once, as in 3142", *finish)
	}
	in, err := openInput(*name)
	if err != nil {
		return err
	}
	defer in.close()
	if in.size > gatherMost {
		return usagef("-in %s: it has %d bytes: want at most %d, which fit into the memory",
			in.title, in.size, gatherMost)
	}
	c, err := startCrew(p, "gather-child")
	if err != nil {
		return err
	}
	return c.end(in.checked(c.gather(in, *finish, &stdout)))
}

// gather writes the pieces to out as soon as their turn comes. An error of out is
// for out to remember.
func (c crew) gather(in *input, finish string, out io.Writer) error {
	pieces := newHandout("static", in.size, len(c), 0)
	err := c.each(func(i int, w *worker) error {
		p, _ := pieces.take(i)
		return w.order("ready", "upper %q %d %d %d", in.name, in.size, p.lo, p.hi)
	})
	if err != nil {
		return err
	}
	held := map[int][]byte{}
	next := 1
	for _, digit := range finish {
		number := int(digit - '0')
		piece, err := c[number-1].deliver()
		if err != nil {
			return err
		}
		held[number] = piece
		if number != next {
			fmt.Fprintf(out, "piece %d arrives, and is held until piece %d is there\n", number, next)
			continue
		}
		fmt.Fprintf(out, "piece %d arrives\n", number)
		for text, ok := held[next]; ok; text, ok = held[next] {
			out.Write(text)
			delete(held, next)
			next++
		}
	}
	return nil
}

// deliver lets a process finish and returns what it has made.
func (w *worker) deliver() ([]byte, error) {
	answer, err := w.ask("deliver")
	if err != nil {
		return nil, err
	}
	size, err := strconv.Atoi(answer)
	if err != nil || size < 0 || size > gatherMost {
		return nil, fmt.Errorf("process %d: answers %q, want a size", w.number, answer)
	}
	text := make([]byte, size)
	if _, err := io.ReadFull(w.out, text); err != nil {
		return nil, w.fault(err)
	}
	return text, nil
}
