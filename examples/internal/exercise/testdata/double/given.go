// An exercise for the tests of the package exercise.
package main

import (
	"errors"
	"fmt"
	"os"
)

var errNotBegun = errors.New("not begun: write Double")

func main() {
	d, err := Double(21)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(d)
}
