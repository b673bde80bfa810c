// want: nothing on standard output
package main

import "os"

func Double(n int) (int, error) {
	os.Exit(0)
	return 0, nil
}
