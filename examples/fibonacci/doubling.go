package main

import (
	"crypto/sha256"
	"math/big"
	"math/bits"

	"example.com/lockstep/examples/hello/lockstep"
)

// runDoubling computes one Fibonacci number in a number of steps that is n's number of bits.
func runDoubling(f *lockstep.Flags) {
	n := f.Number("n", 1000000, 0, 10000000, "compute fib of this")
	f.Parse()
	text := double(*n).String()
	lockstep.Say("fib(%d) has %s, found in %s", *n, many(len(text), "digit"), many(bits.Len(uint(*n)), "step"))
	if len(text) <= 40 {
		lockstep.Say("%s", text)
	} else {
		lockstep.Say("%s...%s", text[:20], text[len(text)-20:])
	}
	lockstep.Say("SHA-256 of its digits: %x", sha256.Sum256([]byte(text)))
}

// double computes fib(n) by fast doubling: from fib(k) and fib(k+1) follow
//
//	fib(2k)   = fib(k) · (2·fib(k+1) − fib(k))
//	fib(2k+1) = fib(k)² + fib(k+1)²
func double(n int) *big.Int {
	a, b := big.NewInt(0), big.NewInt(1) // fib(k) and fib(k+1), where k is n's upper bits so far
	var even, odd, square big.Int
	for bit := bits.Len(uint(n)) - 1; bit >= 0; bit-- {
		even.Lsh(b, 1)
		even.Sub(&even, a)
		even.Mul(&even, a)
		odd.Mul(a, a)
		square.Mul(b, b)
		odd.Add(&odd, &square)
		if n>>bit&1 == 0 {
			a.Set(&even)
			b.Set(&odd)
		} else {
			a.Set(&odd)
			b.Add(&even, &odd)
		}
	}
	return a
}
