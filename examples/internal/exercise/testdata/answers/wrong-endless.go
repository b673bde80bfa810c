// want: bytes
package main

import "fmt"

func Double(n int) (int, error) {
	for {
		fmt.Println(2 * n)
	}
}
