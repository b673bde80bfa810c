package main

import (
	"fmt"
	"strconv"

	"example.com/lockstep/examples/hello/lockstep"
)

// runFloatSum adds 1 + 1/2 + 1/3 + … with one process, with two and so on. Each adds a range, and the
// ranges' sums are added in their order: nothing is left to chance, and still the sum differs.
func runFloatSum(f *lockstep.Flags) {
	compareSums(f, addPerProcess)
}

// runTreeSum adds the same terms in parts whose number has nothing to do with the number of
// processes, and the parts' sums in a tree. Who adds which part makes no difference.
func runTreeSum(f *lockstep.Flags) {
	compareSums(f, addThousand)
}

// addPerProcess adds n terms in one part for each process.
func addPerProcess(adders []*lockstep.Process, n int) float64 {
	return inOrder(addParts(adders, n, len(adders))) // NOTE: incorrect: the number of processes decides what is rounded
}

// addThousand adds n terms in a thousand parts, for any number of processes.
func addThousand(adders []*lockstep.Process, n int) float64 {
	return inTree(addParts(adders, n, 1000))
}

// addParts has the processes add n terms in so many parts, and returns the parts' sums.
func addParts(adders []*lockstep.Process, n, parts int) []float64 {
	sums := make([]float64, parts)
	for i := range sums {
		adders[i%len(adders)].Allow(n*i/parts, n*(i+1)/parts)
	}
	for i := range sums {
		answer, err := adders[i%len(adders)].Answer()
		lockstep.Check(err)
		sums[i], err = strconv.ParseFloat(answer, 64)
		lockstep.Check(err)
	}
	return sums
}

// inOrder adds sums one after the other.
func inOrder(sums []float64) (sum float64) {
	for _, s := range sums {
		sum += s
	}
	return sum
}

// inTree adds sums in pairs, then the pairs in pairs, and so on.
func inTree(sums []float64) (sum float64) {
	if len(sums) == 1 {
		return sums[0]
	}
	return inTree(sums[:len(sums)/2]) + inTree(sums[len(sums)/2:])
}

// compareSums prints the sum that each number of processes comes to.
func compareSums(f *lockstep.Flags, sum func(adders []*lockstep.Process, n int) float64) {
	n := f.Number("n", 1_000_000, 1, 1_000_000_000, "how many terms")
	most := f.Number("p", 9, 1, 64, "up to how many processes")
	f.Parse()
	var adders []*lockstep.Process
	results := map[float64]bool{}
	for p := 1; p <= *most; p++ {
		a, err := lockstep.Start(fmt.Sprintf("process %d", p), "adder")
		lockstep.Check(err)
		adders = append(adders, a)
		result := sum(adders, *n)
		lockstep.Say("P=%d: %.17g", p, result)
		results[result] = true
	}
	lockstep.Say("different sums: %d", len(results))
}

// adder adds the terms of the parts that it is told.
func adder(lockstep.Args) {
	for {
		var lo, hi int
		_, err := fmt.Sscan(lockstep.Turn(), &lo, &hi)
		lockstep.Check(err)
		sum := 0.0
		for i := lo; i < hi; i++ {
			sum += 1 / float64(i+1)
		}
		lockstep.Done("%v", sum) // with as many digits as it takes to read back the same number
	}
}
