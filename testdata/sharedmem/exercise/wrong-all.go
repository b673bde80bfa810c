// want: is squared more than once
package main

// Work squares every chunk, in every process.
func Work(next Number, chunks int, square func(chunk int)) error {
	for chunk := range chunks {
		square(chunk)
	}
	return nil
}
