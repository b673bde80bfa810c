// want: it did not end
package main

import "time"

func Double(n int) (int, error) {
	time.Sleep(time.Hour)
	return 2 * n, nil
}
