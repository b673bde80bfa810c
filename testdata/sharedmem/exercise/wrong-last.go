// want: there is no chunk
package main

// Work looks only after it has squared whether that was the last chunk.
func Work(next Number, chunks int, square func(chunk int)) error {
	for {
		chunk := next.Add(1) - 1
		square(int(chunk))
		if chunk >= uint64(chunks) {
			return nil
		}
	}
}
