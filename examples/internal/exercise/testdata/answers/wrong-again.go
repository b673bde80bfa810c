// want: your program failed
package main

import "fmt"

// Double begins and gives up: that is not the same as not begun.
func Double(n int) (int, error) {
	fmt.Println("half of it")
	return 0, errNotBegun
}
