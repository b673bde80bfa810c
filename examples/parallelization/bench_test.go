package main

import (
	"fmt"
	"sync/atomic"
	"testing"

	"example.com/lockstep/examples/hello/lockstep"
)

// byJob measures a way to do a job. The rate is bytes of the vectors read and written, twelve for
// each number.
func byJob(b *testing.B, name, job string, n, p int, before func(job string, n, p int) (vectors, func())) {
	b.Run(fmt.Sprintf("by=%s/n=%d", name, n), func(b *testing.B) {
		_, do := before(job, n, p)
		do() // whoever comes first has the memory handed out page by page
		b.SetBytes(int64(12 * n))
		for b.Loop() {
			do()
		}
	})
}

// BenchmarkAdd adds vectors, in each way and in several sizes, beside Go's own copy, whose rate is
// that of eight bytes for each number.
func BenchmarkAdd(b *testing.B) {
	for _, n := range []int{1 << 12, 1 << 16, 1 << 20, 1 << 24} {
		b.Run(fmt.Sprintf("by=copy/n=%d", n), func(b *testing.B) { copyVector(b, n) })
		byJob(b, "serial", "add", n, 1, serially)
		byJob(b, "2-goroutines", "add", n, 2, byGoroutines)
		byJob(b, "1-warm", "add", n, 1, byWarmProcesses)
		byJob(b, "2-warm", "add", n, 2, byWarmProcesses)
		byJob(b, "2-fresh", "add", n, 2, byFreshProcesses)
		byJob(b, "2-pipes", "add", n, 2, throughPipes)
	}
}

// BenchmarkGrow does the other job by the same means.
func BenchmarkGrow(b *testing.B) {
	for _, n := range []int{1 << 12, 1 << 24} {
		byJob(b, "serial", "grow", n, 1, serially)
		byJob(b, "2-goroutines", "grow", n, 2, byGoroutines)
		byJob(b, "1-warm", "grow", n, 1, byWarmProcesses)
		byJob(b, "2-warm", "grow", n, 2, byWarmProcesses)
		byJob(b, "2-pipes", "grow", n, 2, throughPipes)
	}
}

func copyVector(b *testing.B, n int) (bytesPerSecond float64) {
	to, from := make([]float32, n), make([]float32, n)
	copy(to, from)
	b.SetBytes(int64(8 * n))
	for b.Loop() {
		copy(to, from)
	}
	return 8 * float64(n) * float64(b.N) / b.Elapsed().Seconds()
}

// BenchmarkStrong divides the same work among more and more goroutines. BenchmarkWeak gives them p
// times as much: as many numbers, but p times as many generations. So adding up stays the same.
func BenchmarkStrong(b *testing.B) { scale(b, func(int) int { return 4 }) }
func BenchmarkWeak(b *testing.B)   { scale(b, func(p int) int { return 4 * p }) }

func scale(b *testing.B, generations func(p int) int) {
	const n = 1 << 20
	v := newVectors(make([]float32, 3*n))
	fastest := 0.0
	for p := 1; p <= 4; p++ {
		g := generations(p)
		do := func(lo, hi int) { growFor(g, v.sum[lo:hi], v.a[lo:hi], v.b[lo:hi]) }
		for _, way := range []struct {
			name  string
			addUp func(n, p int, do func(lo, hi int), total func(lo, hi int) int64) (int64, int)
		}{{"one-adds-up", thenOneAddsUp}, {"each-adds-up", eachAddsUp}} {
			b.Run(fmt.Sprintf("by=%s/p=%d", way.name, p), func(b *testing.B) {
				for b.Loop() {
					way.addUp(n, p, do, v.total)
				}
				rate := float64(n*g) * float64(b.N) / b.Elapsed().Seconds()
				if p == 1 {
					fastest = max(fastest, rate)
				}
				b.ReportMetric(rate, "generations/s")
			})
		}
		computed(b, fmt.Sprintf("by=ideal/p=%d", p), float64(p)*fastest, "generations/s")
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
	const n = 1 << 24
	v := newVectors(make([]float32, 3*n))
	bytes, flops := 0.0, 0.0 // the most of either in a second
	b.Run("by=copying", func(b *testing.B) { bytes = max(bytes, copyVector(b, n)) })
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
			b.ReportMetric(float64(ops*n)*float64(b.N)/b.Elapsed().Seconds(), "flop/s")
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
