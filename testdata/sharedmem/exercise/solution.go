package main

// Work takes chunks by one addition each: no two processes ever get the same sum.
func Work(next Number, chunks int, square func(chunk int)) error {
	for {
		chunk := next.Add(1) - 1
		if chunk >= uint64(chunks) {
			return nil
		}
		square(int(chunk))
	}
}
