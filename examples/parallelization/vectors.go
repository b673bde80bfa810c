package main

import (
	"fmt"
	"hash/crc32"
	"unsafe"

	"example.com/lockstep/examples/hello/lockstep"
)

// add is the job that moves much: one addition for the twelve bytes of three numbers.
func add(sum, a, b []float32) {
	for i := range sum {
		sum[i] = a[i] + b[i]
	}
}

// grow is the job that computes much: 48 operations for the same twelve bytes. A population a grows
// for 16 generations, and b says how fast.
func grow(sum, a, b []float32) { growFor(16, sum, a, b) }

func growFor(generations int, sum, a, b []float32) {
	for i := range sum {
		x, rate := a[i], b[i]
		for range generations {
			// The conversion rounds. Without it, some processors would multiply
			// and subtract in one step, and end with another last bit.
			x = float32(rate * x * (1 - x))
		}
		sum[i] = x
	}
}

var jobs = map[string]func(sum, a, b []float32){"add": add, "grow": grow}

type vectors struct{ sum, a, b []float32 }

// newVectors makes vectors of n numbers out of cells, three for each.
func newVectors(cells []float32) vectors {
	v := asVectors(cells)
	for i := range v.sum {
		v.a[i] = float32(i%1000+1) / 1001
		v.b[i] = 1 + float32(i%777)/259
	}
	return v
}

func asVectors(cells []float32) vectors {
	n := len(cells) / 3
	return vectors{cells[:n:n], cells[n : 2*n : 2*n], cells[2*n:]}
}

// do does a job on a part of the vectors.
func (v vectors) do(job string, lo, hi int) { jobs[job](v.sum[lo:hi], v.a[lo:hi], v.b[lo:hi]) }

func (v vectors) checksum() string { return fmt.Sprintf("%08x", crc32.ChecksumIEEE(bytesOf(v.sum))) }

// part is the i-th of p parts of n elements.
func part(i, p, n int) (lo, hi int) {
	return i * n / p, (i + 1) * n / p
}

// bytesOf returns the memory of numbers, not a copy.
func bytesOf(v []float32) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(v))), 4*len(v))
}

// numbersOf returns memory as numbers, not a copy. A mapping begins at a page, so it is aligned.
func numbersOf(memory []byte) []float32 {
	return unsafe.Slice((*float32)(unsafe.Pointer(unsafe.SliceData(memory))), len(memory)/4)
}

// jobFlags define how much there is to do, and for how many.
func jobFlags(f *lockstep.Flags) (job *string, n, p *int) {
	job = f.Choice("job", "add", "what is done with each number", "add", "grow")
	n = f.Number("n", 1_000_003, 1, 4_000_000, "how many numbers a vector has")
	p = f.Number("p", 4, 1, 64, "how many processes or goroutines")
	return job, n, p
}
