// Exercise: say goodbye. A producer that is killed leaves an end-of-file behind, and so does one that
// has finished. The consumer should know which of the two has happened.
//
//	go run ./examples/ipc/exercise     shows what your program does
//	go test ./examples/ipc/exercise    says whether it is right
package main

import "io"

// Send is the producer's part. It takes items from next, until there are no more, and writes them to
// w. An item may be any text, also an empty one.
func Send(w io.Writer, next func() (item string, ok bool)) error {
	return errNotBegun // write your program here
}

// Receive is the consumer's part. It reads the items from r, and gives each to use. If the producer is
// killed, the stream may end after any byte, and Receive returns an error. It calls use only with
// whole items that were sent.
func Receive(r io.Reader, use func(item string)) error {
	return errNotBegun // and here
}
