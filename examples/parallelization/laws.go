package main

import (
	"bufio"
	"os"
	"regexp"
	"slices"
	"strconv"

	"example.com/lockstep/examples/hello/lockstep"
)

// runLaws says what more processors would bring. The serial share, which decides that, is given or
// computed from a recording.
func runLaws(f *lockstep.Flags) {
	percent := f.Number("percent", 10, 1, 99, "the serial share in percent")
	file := f.String("file", "", "compute the share from a recording in this `file`")
	f.Parse()
	share := float64(*percent) / 100
	if *file != "" {
		share = shareIn(*file)
	}
	lockstep.Say("            same work,       more work,")
	lockstep.Say("processors  times as fast    times as much")
	lockstep.Say("            (Amdahl)         (Gustafson)")
	for _, p := range []float64{2, 4, 16, 256} {
		lockstep.Say("%10.0f  %13.2f    %13.2f", p, amdahl(share, p), gustafson(share, p))
	}
}

// shareIn computes the serial share from what was measured with one goroutine and with two.
func shareIn(file string) float64 {
	faster := recorded(file, "Strong/by=one-adds-up/p=1") / recorded(file, "Strong/by=one-adds-up/p=2")
	share := karpFlatt(faster, 2)
	if share < 0 || share > 1 {
		lockstep.Usage("%s: two are %.2f times as fast as one: want 1 to 2", file, faster)
	}
	lockstep.Say("the same work: two are %.2f times as fast as one, so the serial share is %.3f (Karp–Flatt)", faster, share)
	faster = recorded(file, "Weak/by=serial/p=2") / recorded(file, "Weak/by=one-adds-up/p=2")
	lockstep.Say("more work: two are %.2f times as fast as one, and Gustafson's law says %.2f", faster, gustafson(share, 2))
	return share
}

// recorded returns the median of the times that were recorded under a name.
func recorded(file, name string) float64 {
	f, err := os.Open(file)
	lockstep.Check(err)
	defer f.Close()
	result := regexp.MustCompile("^Benchmark" + regexp.QuoteMeta(name) + `(?:-\d+)?\s.*?\s(\S+) ns/op`)
	var times []float64
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if m := result.FindStringSubmatch(lines.Text()); m != nil {
			v, err := strconv.ParseFloat(m[1], 64)
			lockstep.Check(err)
			times = append(times, v)
		}
	}
	lockstep.Check(lines.Err())
	if len(times) == 0 {
		lockstep.Usage("%s has no result %s", file, name)
	}
	slices.Sort(times)
	return (times[(len(times)-1)/2] + times[len(times)/2]) / 2
}

// amdahl says how many times as fast p workers do the same work.
func amdahl(share, p float64) float64 { return 1 / (share + (1-share)/p) }

// gustafson says how many times as much work p workers do in the same time, if all that grows is
// the work that they share.
func gustafson(share, p float64) float64 { return share + (1-share)*p }

// karpFlatt is Amdahl's law, solved for the share.
func karpFlatt(times, p float64) float64 { return (1/times - 1/p) / (1 - 1/p) }
