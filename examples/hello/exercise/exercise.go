// Exercise: pass the token backwards. Process n gets it first and process 1 last.
//
//	go run ./examples/hello/exercise     shows what your program does
//	go test ./examples/hello/exercise    says whether it is right
package main

// Backwards starts n processes by calling start, which is in given.go. Pipes connect them in a
// chain: from this process to process n, from each process to the one before it, and from process 1
// back to this process. Backwards writes one byte, the token, into the first pipe, reads it from the
// last one, and prints "the token is back". If the token does not come back, it returns an error.
func Backwards(n int) error {
	return errNotBegun // write your program here
}
