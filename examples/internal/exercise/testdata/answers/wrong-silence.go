// want: nothing on standard output
package main

import "os"

func Double(n int) (int, error) {
	os.Stdout.Close()
	return 2 * n, nil
}
