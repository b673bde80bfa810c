package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strconv"
)

// wordsChild counts the ranges it is asked to, in a file it opens itself.
func wordsChild(args []string) error {
	mib, err := strconv.Atoi(args[0])
	if err == nil && mib > 0 {
		err = limitMemory(mib)
	}
	if err != nil {
		return err
	}
	var task wordTask
	return serve(task.handle)
}

// A wordTask is a process's share of a word count.
type wordTask struct {
	file    *os.File
	size    int64
	ends    string
	counter *counter
	halt    bool // once, half-way
}

func (t *wordTask) handle(request string, requests <-chan string, out *bufio.Writer) error {
	var name string
	var lo, hi int64
	var limit int
	if request == "table" && t.counter != nil {
		writeTable(out, t.counter.table.sorted())
		return nil
	}
	const open = "open %q %d %q %d %t"
	if n, _ := fmt.Sscanf(request, open, &name, &t.size, &t.ends, &limit, &t.halt); n == 5 {
		t.file.Close() // of the count before, if any
		t.counter = newCounter(limit)
		var err error
		if t.file, err = os.Open(name); err == nil {
			fmt.Fprintln(out, "opened")
		}
		return err
	}
	if n, _ := fmt.Sscanf(request, "count %d %d", &lo, &hi); n != 2 || t.counter == nil {
		return fmt.Errorf("request %q is not known, or comes too early", request)
	}
	sum, err := t.count(&lo, &hi, requests, out)
	if err != nil {
		return explain(err, t.counter.table.limit)
	}
	fmt.Fprintf(out, "done %d %d %d %d\n", lo, hi, sum.lines, sum.words)
	return nil
}

// count moves the bounds to where lines begin, and counts between them.
func (t *wordTask) count(lo, hi *int64, requests <-chan string, out *bufio.Writer) (totals, error) {
	for _, bound := range []*int64{lo, hi} {
		var err error
		if *bound, err = t.bound(*bound); err != nil {
			return totals{}, err
		}
	}
	if !t.halt {
		return t.counter.count(t.file, *lo, *hi)
	}
	t.halt = false
	middle, err := t.bound(*lo + (*hi-*lo)/2)
	if err != nil {
		return totals{}, err
	}
	first, err := t.counter.count(t.file, *lo, middle)
	if err != nil {
		return first, err
	}
	fmt.Fprintln(out, "half")
	if err := out.Flush(); err != nil {
		return first, err
	}
	<-requests // go on
	second, err := t.counter.count(t.file, middle, *hi)
	first.add(second)
	return first, err
}

// bound returns where a range may end that was planned to end at offset.
func (t *wordTask) bound(offset int64) (int64, error) {
	if t.ends == "" {
		return offset, nil
	}
	return t.counter.cut(t.file, t.size, offset, t.ends)
}

// explain says how to have a larger table, where that is what is missing.
func explain(err error, limit int) error {
	if errors.Is(err, errFull) {
		const format = "more different words than a table of %d MiB holds: -table allows more"
		return fmt.Errorf(format, limit>>20)
	}
	return err
}
