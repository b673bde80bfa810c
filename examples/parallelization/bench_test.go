package main

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

// BenchmarkAdd adds vectors, in each way and in several sizes, beside a loop that copies one. The
// rate is bytes of the vectors read and written: twelve for an addition, eight for a copy.
func BenchmarkAdd(b *testing.B) {
	for _, n := range []int{1 << 12, 1 << 16, 1 << 20, 1 << 24} {
		v, mem, err := sharedVectors(n)
		if err != nil {
			b.Fatal(err)
		}
		v.add() // maps the memory
		run := func(by string, bytes int, f func()) {
			b.Run(fmt.Sprintf("by=%s/n=%d", by, n), func(b *testing.B) {
				b.SetBytes(int64(bytes * n))
				for b.Loop() {
					f()
				}
			})
		}
		run("copy-loop", 8, func() { copyLoop(v.sum, v.a) })
		run("copy", 8, func() { copy(v.sum, v.a) })
		run("serial", 12, v.add)
		run("2-goroutines", 12, func() { v.addByGoroutines(2) })
		c, err := startCrew(2, mem, "add-child", new(meter))
		if err == nil {
			err = c.all(opAdd, n)
		}
		run("2-warm", 12, func() {
			if err == nil {
				err = c.all(opAdd, n)
			}
		})
		if err := c.end(err); err != nil {
			b.Fatal(err)
		}
		run("2-fresh", 12, func() {
			c, err := startCrew(2, mem, "add-child", new(meter))
			if err == nil {
				err = c.end(c.all(opAdd, n))
			}
			if err != nil {
				b.Fatal(err)
			}
		})
		run("2-pipes", 12, func() {
			if err := v.addThroughPipes(2, new(meter)); err != nil {
				b.Fatal(err)
			}
		})
		if err := mem.close(); err != nil {
			b.Fatal(err)
		}
	}
}

func copyLoop(to, from []float32) {
	from = from[:len(to)]
	for i := range to {
		to[i] = from[i]
	}
}

// BenchmarkStrong divides the same work among more and more workers.
func BenchmarkStrong(b *testing.B) { scale(b, func(int) int { return 1024 }) }

// BenchmarkWeak gives each worker as many interactions as one worker had.
func BenchmarkWeak(b *testing.B) {
	scale(b, func(p int) int { return int(math.Round(1024 * math.Sqrt(float64(p)))) })
}

func scale(b *testing.B, size func(p int) int) {
	var alone []float64 // interactions/s of one process
	for p := 1; p <= 4; p++ {
		n := size(p)
		rate := func(b *testing.B) {
			r := float64(n*n) * float64(b.N) / b.Elapsed().Seconds()
			b.ReportMetric(r, "interactions/s")
			if p == 1 && strings.Contains(b.Name(), "by=processes") {
				alone = append(alone, r)
			}
		}
		b.Run(fmt.Sprintf("by=processes/p=%d", p), func(b *testing.B) {
			_, mem, err := sharedBodies(n)
			if err != nil {
				b.Fatal(err)
			}
			defer mem.close()
			c, err := startCrew(p, mem, "nbody-child", new(meter))
			if err != nil {
				b.Fatal(err)
			}
			err = c.step(n)
			for b.Loop() {
				if err == nil {
					err = c.step(n)
				}
			}
			rate(b)
			if err := c.end(err); err != nil {
				b.Fatal(err)
			}
		})
		b.Run(fmt.Sprintf("by=goroutines/p=%d", p), func(b *testing.B) {
			bodies := newBodies(make([]float64, n*bodySize))
			for b.Loop() {
				bodies.step(p)
			}
			rate(b)
		})
		b.Run(fmt.Sprintf("by=ideal/p=%d", p), func(b *testing.B) {
			if len(alone) == 0 {
				b.Skip("one process was not measured")
			}
			b.ReportMetric(0, "ns/op") // nothing is run
			b.ReportMetric(float64(p)*median(alone), "interactions/s")
		})
	}
}

// BenchmarkCount lets two goroutines count, their counters some bytes apart.
func BenchmarkCount(b *testing.B) {
	for _, stride := range []int{8, 16, 32, 64, 128} {
		b.Run(fmt.Sprintf("goroutines=2/stride=%d", stride), func(b *testing.B) {
			counters := newCounters(2, stride)
			done := make(chan bool)
			for _, c := range counters {
				go func() { count(c, b.N); done <- true }()
			}
			for range counters {
				<-done
			}
		})
	}
}

// BenchmarkGrain lets two warm processes add the same numbers with more or fewer requests.
func BenchmarkGrain(b *testing.B) {
	const n = 1 << 16
	_, mem, err := sharedVectors(n)
	if err != nil {
		b.Fatal(err)
	}
	defer mem.close()
	c, err := startCrew(2, mem, "add-child", new(meter))
	if err != nil {
		b.Fatal(err)
	}
	for _, grain := range []int{1 << 3, 1 << 6, 1 << 9, 1 << 12, 1 << 15} {
		b.Run(fmt.Sprintf("p=2/grain=%d", grain), func(b *testing.B) {
			for b.Loop() {
				if err == nil {
					err = c.addGrains(n, grain)
				}
			}
		})
	}
	if err := c.end(err); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkRoof does more and more arithmetic with every number of a vector. Up to some point the
// memory decides how fast, from there on the processor. The roofs are what each could do without
// the other: a loop that reads and writes the vector and does nothing with it, and the most
// arithmetic on what fits into the cache.
func BenchmarkRoof(b *testing.B) {
	const n = 700_000 * abreast // 34 MB, which are read and written
	v := make([]float32, n)
	copyLoop(v, v)
	steps := []int{2, 4, 8, 16, 32, 64}
	var copied, computed []float64 // numbers/s and flop/s
	b.Run("by=copy-in-place", func(b *testing.B) {
		for b.Loop() {
			copyLoop(v, v)
		}
		copied = append(copied, n*float64(b.N)/b.Elapsed().Seconds())
	})
	for _, flops := range steps {
		b.Run(fmt.Sprintf("by=one-core/flops=%d", flops), func(b *testing.B) { polynomials(b, v, flops) })
	}
	b.Run("by=in-cache", func(b *testing.B) {
		computed = append(computed, polynomials(b, v[:170*abreast], steps[len(steps)-1]))
	})
	roof := func(by string, flops int, of []float64, factor float64) {
		b.Run(fmt.Sprintf("by=%s/flops=%d", by, flops), func(b *testing.B) {
			if len(of) == 0 {
				b.Skip("not measured")
			}
			b.ReportMetric(0, "ns/op") // nothing is run
			b.ReportMetric(factor*median(of), "flop/s")
		})
	}
	for _, flops := range steps {
		roof("memory-roof", flops, copied, float64(flops))
		roof("processor-roof", flops, computed, 1)
	}
}

func polynomials(b *testing.B, v []float32, flops int) (rate float64) {
	for b.Loop() {
		polynomial(v, flops/2)
	}
	rate = float64(len(v)) * float64(flops) * float64(b.N) / b.Elapsed().Seconds()
	b.ReportMetric(rate, "flop/s")
	return rate
}

// abreast is how many numbers polynomial takes at a time. A result is there some six cycles after
// its multiplication began, and in each cycle a processor can begin two of them: so with fewer
// than twelve it would wait for its own results, and the roof would be too low.
const abreast = 12

// polynomial does k multiplications and k additions with each number of v, which are a multiple
// of abreast.
func polynomial(v []float32, k int) {
	for ; len(v) >= abreast; v = v[abreast:] {
		w := (*[abreast]float32)(v)
		y0, y1, y2, y3, y4, y5 := w[0], w[1], w[2], w[3], w[4], w[5]
		y6, y7, y8, y9, y10, y11 := w[6], w[7], w[8], w[9], w[10], w[11]
		for range k {
			y0, y1, y2, y3 = y0*0.5+0.5, y1*0.5+0.5, y2*0.5+0.5, y3*0.5+0.5
			y4, y5, y6, y7 = y4*0.5+0.5, y5*0.5+0.5, y6*0.5+0.5, y7*0.5+0.5
			y8, y9, y10, y11 = y8*0.5+0.5, y9*0.5+0.5, y10*0.5+0.5, y11*0.5+0.5
		}
		w[0], w[1], w[2], w[3], w[4], w[5] = y0, y1, y2, y3, y4, y5
		w[6], w[7], w[8], w[9], w[10], w[11] = y6, y7, y8, y9, y10, y11
	}
}
