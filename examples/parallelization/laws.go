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

// shareIn computes the serial share from what was measured with one worker and with two.
func shareIn(file string) float64 {
	speedUps := [2]float64{}
	for i, bench := range []string{"Strong/by=one-adds-up", "Weak/by=one-adds-up"} {
		one, two := rate(file, bench+"/p=1"), rate(file, bench+"/p=2")
		speedUps[i] = two / one
	}
	share := karpFlatt(speedUps[0], 2)
	if share < 0 || share > 1 {
		lockstep.Usage("%s: two workers are %.2f times as fast as one: want 1 to 2", file, speedUps[0])
	}
	lockstep.Say("two workers do the same work %.2f times as fast as one: serial share %.3f (Karp–Flatt)", speedUps[0], share)
	lockstep.Say("two workers do %.2f times as much work in the same time: Gustafson says %.2f", speedUps[1], gustafson(share, 2))
	return share
}

// rate returns the median of what was recorded under a name.
func rate(file, name string) float64 {
	f, err := os.Open(file)
	lockstep.Check(err)
	defer f.Close()
	result := regexp.MustCompile("^Benchmark" + regexp.QuoteMeta(name) + `(?:-\d+)?\s.*\s(\S+) generations/s`)
	var rates []float64
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if m := result.FindStringSubmatch(lines.Text()); m != nil {
			v, err := strconv.ParseFloat(m[1], 64)
			lockstep.Check(err)
			rates = append(rates, v)
		}
	}
	lockstep.Check(lines.Err())
	if len(rates) == 0 {
		lockstep.Usage("%s has no result %s in generations/s", file, name)
	}
	slices.Sort(rates)
	return (rates[(len(rates)-1)/2] + rates[len(rates)/2]) / 2
}

// amdahl says how many times as fast p workers do the same work.
func amdahl(share, p float64) float64 { return 1 / (share + (1-share)/p) }

// gustafson says how many times as much work p workers do in the same time, if all that grows is
// the work that they share.
func gustafson(share, p float64) float64 { return share + (1-share)*p }

// karpFlatt is Amdahl's law, solved for the share.
func karpFlatt(times, p float64) float64 { return (1/times - 1/p) / (1 - 1/p) }
