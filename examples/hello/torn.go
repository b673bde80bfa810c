package main

import (
	"io"
	"os"
	"slices"

	"example.com/lockstep/examples/hello/lockstep"
)

// runTorn lets two processes print a line each. A process waits for its turn before every write,
// and the schedule says whose turn it is.
func runTorn(f *lockstep.Flags) {
	fixed := f.Bool("fixed", false, "print each line in one write")
	schedule := f.String("schedule", "", "whose turn it is: S prints a square, C a cube (default SCSC, with -fixed SC)")
	f.Parse()
	letters, first := "SSCC", "SCSC"
	if *fixed {
		letters, first = "SC", "SC"
	}
	if *schedule == "" {
		*schedule = first
	}
	if !slices.Contains(lockstep.Schedules(letters), *schedule) {
		lockstep.Usage("-schedule %q: want the letters %s in any order", *schedule, letters)
	}
	square, err := lockstep.Start("square", "printer", "Square: 100", *fixed)
	lockstep.Check(err)
	cube, err := lockstep.Start("cube", "printer", "Cube: 1000", *fixed)
	lockstep.Check(err)
	for _, letter := range *schedule {
		next := map[rune]*lockstep.Process{'S': square, 'C': cube}[letter]
		_, err := next.Step()
		lockstep.Check(err)
	}
	lockstep.Check(lockstep.WaitAll(square, cube))
}

func printer(args lockstep.Args) {
	print := printTorn
	if args[1] == "true" {
		print = printWhole
	}
	lockstep.Check(print(turns{os.Stdout}, args[0]))
}

// printTorn prints a line.
func printTorn(w io.Writer, line string) error {
	_, err := io.WriteString(w, line)
	if err == nil {
		_, err = io.WriteString(w, "\n") // NOTE: incorrect: another may come between
	}
	return err
}

// printWhole prints a line.
func printWhole(w io.Writer, line string) error {
	_, err := io.WriteString(w, line+"\n")
	return err
}

// region turns
// turns waits for its turn before each write.
type turns struct{ to io.Writer }

func (t turns) Write(p []byte) (int, error) {
	lockstep.Turn()
	n, err := t.to.Write(p)
	lockstep.Check(err)
	lockstep.Done("written")
	return n, err
}

// endregion turns
