//go:build unix

// Exercise: nobody waits for a slow process. The processes of array have a part each. Here they take
// the next chunk instead, whoever is free, until there is none.
//
//	go run ./examples/sharedmem/exercise     shows what your program does
//	go test ./examples/sharedmem/exercise    says whether it is right
package main

// Work runs in each of the processes. Together they call square(0), square(1) and so on up to
// square(chunks-1), each exactly once. The parameter next is a number in memory that all the processes
// share, and is 0 in the beginning. It has the methods of an atomic.Uint64: Load, Store, Add and
// CompareAndSwap.
func Work(next Number, chunks int, square func(chunk int)) error {
	return errNotBegun // write your program here
}
