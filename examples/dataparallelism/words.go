package main

import (
	"flag"
	"strconv"
)

// A wordJob says how the words of a text are to be counted.
type wordJob struct {
	p        int
	schedule string
	chunk    int64
	ends     string // behind which bytes a range may end; if empty, anywhere
	limit    int    // bytes a table may take
	ranges   bool   // print each range when it has been counted
	halt     bool   // stop half-way until a line comes from standard input
}

// runWords counts the words of a file with p processes, each of which reads
// ranges of its lines, and prints the most frequent.
func runWords(args []string) error { return countCommand("words", lineEnds, args) }

func countCommand(name, ends string, args []string) error {
	fs := newFlags(name)
	flags := newWordFlags(fs)
	memory := intFlag(fs, "memory", 0, 0, 1<<20,
		"MiB each process may take beyond what it has at its start (Linux); 0 is no limit")
	ranges := fs.Bool("ranges", false, "print each range when it has been counted")
	halt := fs.Bool("halt", false, "stop half-way until Enter: change the file or kill a process")
	if err := parse(fs, args); err != nil {
		return err
	}
	job, err := flags.job()
	if err != nil {
		return err
	}
	job.ends, job.ranges, job.halt = ends, *ranges, *halt
	if job.halt && job.schedule != "static" {
		return usagef("-halt: only with -schedule static, where every process has a range")
	}
	in, err := openInput(*flags.in)
	if err != nil {
		return err
	}
	defer in.close()
	c, err := startCrew(job.p, "words-child", strconv.Itoa(*memory))
	if err != nil {
		return err
	}
	best := ranking{keep: *flags.top}
	sum, err := c.countWords(in, job, best.add)
	if err := c.end(in.checked(err)); err != nil {
		return err
	}
	best.print(sum)
	return nil
}

// wordFlags are the flags that all ways of counting have.
type wordFlags struct {
	in, schedule           *string
	p, chunk, top, tableMB *int
}

func newWordFlags(fs *flag.FlagSet) wordFlags {
	return wordFlags{
		in:       fs.String("in", "", "the text `file`; without one, a million bytes are generated"),
		schedule: fs.String("schedule", "static", "static, cyclic, dynamic or guided"),
		p:        intFlag(fs, "p", 4, 1, 64, "how many processes or goroutines"),
		chunk:    intFlag(fs, "chunk", 1<<20, 1, 1<<30, "bytes of a piece; with guided, the least"),
		top:      intFlag(fs, "top", 10, 0, 1_000_000, "how many of the most frequent words to print"),
		tableMB:  intFlag(fs, "table", 256, 1, 4095, "MiB for a table of different words"),
	}
}

func (f wordFlags) job() (wordJob, error) {
	job := wordJob{p: *f.p, schedule: *f.schedule, chunk: int64(*f.chunk)}
	job.ends, job.limit = lineEnds, *f.tableMB<<20
	return job, checkSchedule(job.schedule)
}
