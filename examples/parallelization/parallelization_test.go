package main

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"
)

// Whoever adds, and however many they are, the sums are the same bytes.
func TestEveryPSameBytes(t *testing.T) {
	if mem, err := newMemory(1); err != nil {
		t.Skip(err) // not on this system
	} else if err := mem.close(); err != nil {
		t.Error(err)
	}
	const n = 1009 // a prime: no p divides it
	want, err := addSerially(n, 1, new(meter))
	if err != nil {
		t.Fatal(err)
	}
	const bodies, steps = 61, 2
	wantBodies, err := attractByGoroutines(bodies, 1, steps, nil)
	if err != nil {
		t.Fatal(err)
	}
	for p := 1; p <= 9; p++ {
		t.Run(fmt.Sprintf("p=%d", p), func(t *testing.T) {
			t.Parallel()
			for name, way := range ways {
				if got, err := way(n, p, new(meter)); err != nil || got != want {
					t.Errorf("%s: checksum %s, %v; want %s", name, got, err, want)
				}
			}
			for name, way := range map[string]func(n, p, steps int, m *meter) (string, error){
				"processes": attractByProcesses, "goroutines": attractByGoroutines,
			} {
				if got, err := way(bodies, p, steps, new(meter)); err != nil || got != wantBodies {
					t.Errorf("bodies by %s: checksum %s, %v; want %s", name, got, err, wantBodies)
				}
			}
		})
	}
}

// The parts join, the last ends at n, and none is more than one longer than another.
func TestPartsCover(t *testing.T) {
	for p := 1; p <= 20; p++ {
		for n := range 60 {
			end, least, most := 0, n, 0
			for i := range p {
				lo, hi := part(i, p, n)
				if lo != end || hi < lo {
					t.Fatalf("part %d of %d of %d is %d to %d, after %d", i, p, n, lo, hi, end)
				}
				end, least, most = hi, min(least, hi-lo), max(most, hi-lo)
			}
			if end != n || most-least > 1 {
				t.Errorf("%d parts of %d end at %d; their sizes are %d to %d", p, n, end, least, most)
			}
		}
	}
}

// What is no request is refused by the process that reads it, which ends.
func TestRequestsAreChecked(t *testing.T) {
	const n = 10
	for _, r := range []request{{opMove + 1, 0, 1}, {-1, 0, 1}, {opAdd, 2, 1}, {opAdd, 0, n + 1}, {opAdd, -1, 1}} {
		if got, err := decode(r.encode(), n); err == nil {
			t.Errorf("%v was taken for %v", r, got)
		}
	}
	for _, r := range []request{{opAdd, 0, n}, {opGoOn, 0, 0}, {opMove, n, n}} {
		if got, err := decode(r.encode(), n); err != nil || got != r {
			t.Errorf("%v was taken for %v, %v", r, got, err)
		}
	}
}

// Whatever is written to a process, it takes for a request only what is the encoding of one.
func FuzzDecode(f *testing.F) {
	f.Add(request{opAdd, 3, 7}.encode(), 10)
	f.Add(request{opGoOn, 0, 0}.encode(), 0)
	f.Add(request{-1, -1, -1}.encode(), 10)
	f.Fuzz(func(t *testing.T, data []byte, n int) {
		if len(data) != requestSize || n < 0 {
			return // which serve does not pass on
		}
		r, err := decode(data, n)
		if err != nil {
			return
		}
		if r.lo < 0 || r.lo > r.hi || r.hi > n {
			t.Errorf("%v is a request for %d elements", r, n)
		}
		if !bytes.Equal(r.encode(), data) {
			t.Errorf("%v is encoded as %x, was decoded from %x", r, r.encode(), data)
		}
	})
}

// Each law and its inverse agree.
func TestLaws(t *testing.T) {
	near := func(a, b float64) bool { return math.Abs(a-b) < 1e-9 }
	for _, p := range []float64{2, 3, 16, 1000} {
		for _, share := range []float64{0, 0.01, 0.5, 1} {
			if s := karpFlatt(amdahl(share, p), p); !near(s, share) {
				t.Errorf("Amdahl: %v workers, share %v, back as %v", p, share, s)
			}
			if s := gustafsonShare(gustafson(share, p), p); !near(s, share) {
				t.Errorf("Gustafson: %v workers, share %v, back as %v", p, share, s)
			}
		}
	}
	if s := amdahl(0.1, math.Inf(1)); !near(s, 10) {
		t.Errorf("a tenth serial: at most %v times as fast", s)
	}
}

func TestMedian(t *testing.T) {
	for _, test := range []struct {
		values []float64
		want   float64
	}{{[]float64{3}, 3}, {[]float64{4, 1}, 2.5}, {[]float64{9, 1, 2}, 2}, {[]float64{math.MaxFloat64, math.MaxFloat64}, math.MaxFloat64}} {
		if got := median(test.values); got != test.want {
			t.Errorf("median of %v = %v", test.values, got)
		}
	}
}

// Whatever a file holds, reading it ends with results that are numbers, or with an error.
func FuzzParseBench(f *testing.F) {
	f.Add([]byte("cpus: 2\nBenchmarkStrong/by=processes/p=1-2 \t 20\t 123 ns/op\t 5e8 interactions/s\nPASS\n"))
	f.Add([]byte("BenchmarkX 1 NaN interactions/s"))
	f.Add([]byte("BenchmarkX 1 1e999 interactions/s\n"))
	f.Add([]byte("cpus: 0\n"))
	f.Add([]byte("BenchmarkX\nBenchmarkY 1 2\nBenchmark 1 2 interactions/s"))
	f.Add([]byte("\x00\xff"))
	f.Add(bytes.Repeat([]byte("a"), maxLine+1))
	f.Fuzz(func(t *testing.T, data []byte) {
		rec, err := parseBench(bytes.NewReader(data), "interactions/s")
		if err != nil {
			return
		}
		if rec.cpus < 1 {
			t.Errorf("%d processors", rec.cpus)
		}
		for name, values := range rec.results {
			if m := median(values); !(m > 0) || math.IsInf(m, 0) || strings.ContainsAny(name, " \n") {
				t.Errorf("median of %q is %v", name, m)
			}
		}
		rec.speedups("Strong/by=processes", "interactions/s") // an error is fine, a panic is not
	})
}
