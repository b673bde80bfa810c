// want: is no process of its own
package main

import (
	"fmt"
	"os"
)

// Backwards says what the processes would say.
func Backwards(n int) error {
	for number := n; number >= 1; number-- {
		fmt.Printf("[process %d] has the token, pid %d\n", number, os.Getpid())
	}
	fmt.Println("the token is back")
	return nil
}
