package main

import (
	"fmt"
	"math"
	"runtime"
	"testing"

	"example.com/lockstep/examples/internal/script"
)

func TestMain(m *testing.M)          { program().Play(); script.Main(m, "parallelization", main) }
func TestScripts(t *testing.T)       { script.Run(t, "parallelization") }
func TestNothingIsLeft(t *testing.T) { script.NothingIsLeft(t, nil) }

func TestSweep(t *testing.T) {
	script.Sweep(t)
}

// Whoever does a job, and however many they are, the results are the same bytes.
func TestEveryPSameBytes(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs Unix, and this is windows: memory between processes")
	}
	const n = 1009 // a prime: no p divides it
	for p := 1; p <= 9; p++ {
		t.Run(fmt.Sprintf("p=%d", p), func(t *testing.T) {
			t.Parallel()
			for job := range jobs {
				want, do := serially(job, n, 1)
				do()
				for _, w := range ways {
					v, do := w.before(job, n, p)
					do()
					if v.checksum() != want.checksum() {
						t.Errorf("%s, %s: checksum %s, want %s", job, w.name, v.checksum(), want.checksum())
					}
				}
				redo := func(lo, hi int) { want.do(job, lo, hi) }
				all, alone := thenOneAddsUp(n, p, redo, want.total)
				parts, rest := eachAddsUp(n, p, redo, want.total)
				if all != parts || all != want.total(0, n) || alone != n || rest != p {
					t.Errorf("%s: totals %d, %d; added by one: %d, %d", job, all, parts, alone, rest)
				}
			}
		})
	}
}

// A process that fails is named, and how it ended: the end of its pipe says nothing more.
// The process panics, and says so on standard error.
func TestDeadProcessIsNamedOnce(t *testing.T) {
	err := throughPipe("process 1", "no such job", newVectors(make([]float32, 3)))
	if want := "process 1: exit status 2"; err == nil || err.Error() != want {
		t.Errorf("%v: want %s", err, want)
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

// Karp and Flatt's formula finds the share that Amdahl's law was given.
func TestLaws(t *testing.T) {
	for _, p := range []float64{2, 3, 16, 1000} {
		for _, share := range []float64{0, 0.01, 0.5, 1} {
			if s := karpFlatt(amdahl(share, p), p); math.Abs(s-share) > 1e-9 {
				t.Errorf("%v workers, share %v, back as %v", p, share, s)
			}
		}
	}
	if s := amdahl(0.1, math.Inf(1)); math.Abs(s-10) > 1e-9 {
		t.Errorf("a tenth serial: at most %v times as fast", s)
	}
}
