package main

import (
	"bufio"
	"fmt"
	"strconv"
)

// runFloatSum adds 1 + 1/2 + 1/3 + … with one process, with two and so on. Each
// adds a range, and the ranges' sums are added in their order: nothing is left to
// chance, and still the sum differs.
func runFloatSum(args []string) error { return sumCommand("floatsum", crew.sumRanges, args) }

const mostTerms = 1_000_000_000

func sumCommand(name string, sum func(crew, int64) (float64, error), args []string) error {
	fs := newFlags(name)
	n := intFlag(fs, "n", 1_000_000, 1, mostTerms, "how many terms")
	most := intFlag(fs, "p", 9, 1, 64, "up to how many processes")
	if err := parse(fs, args); err != nil {
		return err
	}
	c, err := startCrew(*most, name+"-child")
	if err != nil {
		return err
	}
	results := map[float64]bool{}
	for p := 1; p <= *most && err == nil; p++ {
		var result float64
		if result, err = sum(c[:p], int64(*n)); err == nil {
			say("P=%d: %.17g", p, result)
			results[result] = true
		}
	}
	if err := c.end(err); err != nil {
		return err
	}
	say("different sums: %d", len(results))
	return nil
}

func (c crew) sumRanges(n int64) (float64, error) {
	ranges := newHandout("static", n, len(c), 0)
	sums := make([]float64, len(c)) // each goroutine sets its own
	err := c.each(func(i int, w *worker) error {
		r, _ := ranges.take(i)
		answer, err := w.ask("%d %d", r.lo, r.hi)
		if err == nil {
			sums[i], err = strconv.ParseFloat(answer, 64)
		}
		return err
	})
	sum := 0.0
	for _, s := range sums {
		sum += s // NOTE: incorrect: where the ranges end decides what is rounded
	}
	return sum, err
}

func floatSumChild([]string) error { return serve(handleRange) }

func handleRange(request string, _ <-chan string, out *bufio.Writer) error {
	var lo, hi int64
	n, _ := fmt.Sscan(request, &lo, &hi)
	if n != 2 || lo < 0 || lo > hi || hi > mostTerms {
		return fmt.Errorf("request %q is no range of terms", request)
	}
	fmt.Fprintf(out, "%x\n", addTerms(lo, hi)) // hexadecimal: every bit arrives
	return nil
}

func addTerms(lo, hi int64) float64 {
	sum := 0.0
	for i := lo; i < hi; i++ {
		sum += 1 / float64(i+1)
	}
	return sum
}
