// want: is squared more than once
package main

// Work loads the number and stores the next one.
func Work(next Number, chunks int, square func(chunk int)) error {
	for {
		chunk := next.Load()
		if chunk >= uint64(chunks) {
			return nil
		}
		next.Store(chunk + 1)
		square(int(chunk))
	}
}
