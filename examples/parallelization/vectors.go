package main

import (
	"errors"
	"flag"
	"fmt"
	"hash/crc32"
	"unsafe"
)

// vectors is the job that waits for memory: one addition for twelve bytes moved.
type vectors struct{ a, b, sum []float32 }

// newVectors makes vectors of n numbers out of cells, three for each.
func newVectors(cells []float32) vectors {
	n := len(cells) / 3
	v := vectors{cells[:n:n], cells[n : 2*n : 2*n], cells[2*n:]}
	for i := range n {
		v.a[i] = float32(i%1000+1) / 8
		v.b[i] = float32(i%777) / 4
	}
	return v
}

func (v vectors) slice(lo, hi int) vectors { return vectors{v.a[lo:hi], v.b[lo:hi], v.sum[lo:hi]} }

// add takes eight numbers a round: one a round, the processor would be busier with counting and
// with checking bounds than with what it came for.
func (v vectors) add() {
	a, b, sum := v.a, v.b, v.sum
	for len(sum) >= 8 {
		a8, b8, sum8 := (*[8]float32)(a), (*[8]float32)(b), (*[8]float32)(sum)
		sum8[0], sum8[1] = a8[0]+b8[0], a8[1]+b8[1]
		sum8[2], sum8[3] = a8[2]+b8[2], a8[3]+b8[3]
		sum8[4], sum8[5] = a8[4]+b8[4], a8[5]+b8[5]
		sum8[6], sum8[7] = a8[6]+b8[6], a8[7]+b8[7]
		a, b, sum = a[8:], b[8:], sum[8:]
	}
	for i := range sum { // fewer than eight are left
		sum[i] = a[i] + b[i]
	}
}

func (v vectors) checksum() string { return checksum(bytesOf(v.sum)) }

func checksum(b []byte) string { return fmt.Sprintf("%08x", crc32.ChecksumIEEE(b)) }

// part is the i-th of p parts of n elements. The parts differ by one at most, and the last ends
// at n, whatever n and p are.
func part(i, p, n int) (lo, hi int) { return i * n / p, (i + 1) * n / p }

// bytesOf returns the memory of numbers, not a copy. Every process of this program on this
// machine reads the same bytes as the same numbers.
func bytesOf[T float32 | float64](v []T) []byte {
	size := int(unsafe.Sizeof(*new(T)))
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(v))), len(v)*size)
}

func numbersOf[T float32 | float64](b []byte) ([]T, error) {
	p, size := unsafe.Pointer(unsafe.SliceData(b)), unsafe.Sizeof(*new(T))
	if uintptr(p)%size != 0 || uintptr(len(b))%size != 0 {
		return nil, errors.New("memory is no whole, aligned numbers")
	}
	return unsafe.Slice((*T)(p), uintptr(len(b))/size), nil
}

// addFlags defines the flags that all ways to add have.
func addFlags(fs *flag.FlagSet) (n, p *int) {
	n = intFlag(fs, "n", 1_000_003, 1, 50_000_000, "how many numbers a vector has")
	p = intFlag(fs, "p", 4, 1, 64, "how many processes or goroutines")
	return n, p
}

// addCommand is a variant that adds in one of the ways.
func addCommand(name string, args []string) error {
	fs := newFlags(name)
	n, p := addFlags(fs)
	if err := parse(fs, args); err != nil {
		return err
	}
	result, err := ways[name](*n, *p, new(meter))
	if err != nil {
		return err
	}
	say("%d sums, checksum %s", *n, result)
	return nil
}
