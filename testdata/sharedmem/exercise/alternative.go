package main

// Work takes chunks by compare-and-swap: whoever finds the number changed looks again.
func Work(next Number, chunks int, square func(chunk int)) error {
	for {
		chunk := next.Load()
		if chunk >= uint64(chunks) {
			return nil
		}
		if next.CompareAndSwap(chunk, chunk+1) {
			square(int(chunk))
		}
	}
}
