// want: chunk 0 is squared by nobody
package main

// Work takes the number after the addition for the chunk, and so misses the first one.
func Work(next Number, chunks int, square func(chunk int)) error {
	for {
		chunk := next.Add(1)
		if chunk >= uint64(chunks) {
			return nil
		}
		square(int(chunk))
	}
}
