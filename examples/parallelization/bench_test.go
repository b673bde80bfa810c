package main

import (
	"fmt"
	"slices"
	"sync/atomic"
	"testing"

	"example.com/lockstep/examples/hello/lockstep"
)

// measure measures a way to do a job on n numbers, by p workers.
func measure(b *testing.B, name, job string, n, p int, before func(job string, n, p int) (vectors, func())) {
	b.Run(fmt.Sprintf("%s/n=%d", name, n), func(b *testing.B) {
		_, do := before(job, n, p)
		do() // whoever comes first has the memory handed out page by page
		for b.Loop() {
			do()
		}
	})
}

const long = 1 << 24 // vectors that no cache holds

// BenchmarkAdd adds vectors, in each way and in several sizes.
func BenchmarkAdd(b *testing.B) {
	for _, n := range []int{1 << 12, 1 << 16, 1 << 20, long} {
		measure(b, "by=serial", "add", n, 1, serially)
		measure(b, "by=2-goroutines", "add", n, 2, byGoroutines)
		measure(b, "by=2-warm", "add", n, 2, byWarmProcesses)
		measure(b, "by=2-fresh", "add", n, 2, byFreshProcesses)
		measure(b, "by=2-pipes", "add", n, 2, throughPipes)
	}
}

// BenchmarkGrow does the other job by the same means.
func BenchmarkGrow(b *testing.B) {
	measure(b, "by=serial", "grow", long, 1, serially)
	measure(b, "by=2-goroutines", "grow", long, 2, byGoroutines)
	measure(b, "by=2-warm", "grow", long, 2, byWarmProcesses)
	measure(b, "by=2-pipes", "grow", long, 2, throughPipes)
}

// BenchmarkOneProcess is what two warm processes are compared with.
func BenchmarkOneProcess(b *testing.B) {
	measure(b, "job=add", "add", long, 1, byWarmProcesses)
	measure(b, "job=grow", "grow", long, 1, byWarmProcesses)
}

// growAndAddUp measures generations of a million numbers by p goroutines, with what follows. It returns the median of
// the rates of the runs, as many as -count says.
func growAndAddUp(b *testing.B, name string, generations, p int, addUp func(n, p int, do func(lo, hi int), total func(lo, hi int) int64) (int64, int)) float64 {
	var rates []float64
	b.Run(fmt.Sprintf("by=%s", name), func(b *testing.B) {
		const n = 1 << 20
		v := newVectors(make([]float32, 3*n))
		do := func(lo, hi int) { growFor(generations, v.sum[lo:hi], v.a[lo:hi], v.b[lo:hi]) }
		addUp(n, p, do, v.total)
		for b.Loop() {
			addUp(n, p, do, v.total)
		}
		rate := float64(n*generations) * float64(b.N) / b.Elapsed().Seconds()
		b.ReportMetric(rate, "generations/s")
		rates = append(rates, rate)
	})
	if len(rates) == 0 {
		return 0 // -bench left it out
	}
	slices.Sort(rates)
	return (rates[(len(rates)-1)/2] + rates[len(rates)/2]) / 2
}

// BenchmarkStrong divides the same work among more and more goroutines.
func BenchmarkStrong(b *testing.B) {
	alone := 0.0
	for p := 1; p <= 4; p++ {
		one := growAndAddUp(b, fmt.Sprintf("one-adds-up/p=%d", p), 4, p, thenOneAddsUp)
		each := growAndAddUp(b, fmt.Sprintf("each-adds-up/p=%d", p), 4, p, eachAddsUp)
		if p == 1 {
			alone = max(one, each)
		}
		computed(b, fmt.Sprintf("by=ideal/p=%d", p), float64(p)*alone, "generations/s")
	}
}

// BenchmarkWeak gives p goroutines p times as many generations, and one goroutine as many. What is
// added up stays the same.
func BenchmarkWeak(b *testing.B) {
	for p := 1; p <= 4; p++ {
		growAndAddUp(b, fmt.Sprintf("serial/p=%d", p), 4*p, 1, thenOneAddsUp)
		growAndAddUp(b, fmt.Sprintf("one-adds-up/p=%d", p), 4*p, p, thenOneAddsUp)
	}
}

// computed reports what follows from other results. Nothing is run.
func computed(b *testing.B, name string, value float64, unit string) {
	b.Run(name, func(b *testing.B) {
		if value == 0 {
			b.Skip("what it follows from was not measured")
		}
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(value, unit)
	})
}

// BenchmarkSerial measures the part of that work that one does alone.
func BenchmarkSerial(b *testing.B) {
	const n = 1 << 20
	v := newVectors(make([]float32, 3*n))
	grow(v.sum, v.a, v.b)
	b.Run("of=total", func(b *testing.B) {
		for b.Loop() {
			v.total(0, n)
		}
	})
}

// BenchmarkCount lets two goroutines count, their counters some bytes apart.
func BenchmarkCount(b *testing.B) {
	for _, stride := range []int{8, 16, 32, 64, 128} {
		b.Run(fmt.Sprintf("goroutines=2/stride=%d", stride), func(b *testing.B) {
			lines := make([][8]atomic.Int64, 4) // 256 bytes, aligned to as many
			done := make(chan bool)
			for at := 0; at <= stride; at += stride {
				go func() { count(&lines[at/64][at%64/8], b.N); done <- true }()
			}
			<-done
			<-done
		})
	}
}

// BenchmarkGrain lets two warm processes do the same work with more or fewer requests. One does it
// without any.
func BenchmarkGrain(b *testing.B) {
	const n = 1 << 18
	v, memory := sharedVectors(n)
	workers := startWorkers(2, memory, "grow")
	lockstep.Check(askAll(workers, n))
	for _, grain := range []int{1 << 6, 1 << 9, 1 << 12, 1 << 15, 1 << 17} {
		b.Run(fmt.Sprintf("by=2-warm/grain=%d", grain), func(b *testing.B) {
			for b.Loop() {
				lockstep.Check(askPieces(workers, n, grain))
			}
		})
		b.Run(fmt.Sprintf("by=serial/grain=%d", grain), func(b *testing.B) {
			for b.Loop() {
				v.do("grow", 0, n)
			}
		})
	}
	lockstep.Check(lockstep.EndAll(workers...))
}

// BenchmarkRoof does more and more operations with each number of the vectors. Up to some point the
// memory is in the way, from there on the processor. The roof is what Go's copy moves at its best,
// or what the processor computes at its best in the cache, whichever is less.
func BenchmarkRoof(b *testing.B) {
	v := newVectors(make([]float32, 3*long))
	bytes, flops := 0.0, 0.0 // the most of either in a second
	b.Run("by=copying", func(b *testing.B) {
		for b.Loop() {
			copy(v.sum, v.a)
		}
		bytes = max(bytes, 8*long*float64(b.N)/b.Elapsed().Seconds())
	})
	b.Run("by=computing", func(b *testing.B) {
		cached := make([]float32, 170*abreast)
		for b.Loop() {
			polynomial(cached, 32)
		}
		rate := float64(64*len(cached)) * float64(b.N) / b.Elapsed().Seconds()
		flops = max(flops, rate)
		b.ReportMetric(rate, "flop/s")
	})
	for _, ops := range []int{1, 3, 6, 12, 24, 48, 96} {
		name := map[int]string{1: "add", 48: "grow"}[ops]
		if name == "" {
			name = "one-core"
		}
		b.Run(fmt.Sprintf("by=%s/flops=%d", name, ops), func(b *testing.B) {
			for b.Loop() {
				if ops == 1 {
					add(v.sum, v.a, v.b)
				} else {
					growFor(ops/3, v.sum, v.a, v.b)
				}
			}
			b.ReportMetric(float64(ops*long)*float64(b.N)/b.Elapsed().Seconds(), "flop/s")
		})
		computed(b, fmt.Sprintf("by=roof/flops=%d", ops), min(bytes/12*float64(ops), flops), "flop/s")
	}
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
