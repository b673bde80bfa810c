package main

import "fmt"

// runLaws reads what was measured with one worker and with several, and says what the laws make
// of it. Rates that grow with the workers are expected, in any unit.
func runLaws(args []string) error {
	fs := newFlags("laws")
	file := fs.String("file", "testdata/parallelization/scale.bench", "recorded benchmarks")
	unit := fs.String("unit", "interactions/s", "the unit of the rate")
	strong := fs.String("strong", "Strong/by=processes", "results /p=1, /p=2, … for the same work")
	weak := fs.String("weak", "Weak/by=processes", "results for work that grows with p")
	if err := parse(fs, args); err != nil {
		return err
	}
	rec, err := readBench(*file, *unit)
	if err != nil {
		return err
	}
	same, err := rec.speedups(*strong, *unit)
	if err != nil {
		return fmt.Errorf("%s: %w", *file, err)
	}
	growing, err := rec.speedups(*weak, *unit)
	if err != nil {
		return fmt.Errorf("%s: %w", *file, err)
	}
	say("%s: the same work by p workers; processors: %d", *strong, rec.cpus)
	printSpeedups(same, rec.cpus, "Karp–Flatt", karpFlatt)
	printOutlook(same, rec.cpus, "Amdahl", karpFlatt, amdahl)
	say("%s: p times the work by p workers", *weak)
	printSpeedups(growing, rec.cpus, "Gustafson", gustafsonShare)
	printOutlook(growing, rec.cpus, "Gustafson", gustafsonShare, gustafson)
	return nil
}

// The laws. A speed-up is by p workers against one, a share is the part of the time in which only
// one can work.

// region laws
// amdahl: the work stays. The share is of one worker's time.
func amdahl(share, p float64) (times float64) { return 1 / (share + (1-share)/p) }

// karpFlatt is Amdahl's law, solved for the share: what was measured decides.
func karpFlatt(times, p float64) (share float64) { return (1/times - 1/p) / (1 - 1/p) }

// gustafson: the work grows with the workers. The share is of their common time.
func gustafson(share, p float64) (times float64) { return p - share*(p-1) }

func gustafsonShare(times, p float64) (share float64) { return (p - times) / (p - 1) }

// endregion laws
