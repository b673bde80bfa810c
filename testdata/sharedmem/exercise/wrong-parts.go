// want: they left 16 chunks to it
package main

// Work uses the number once, to find out who it is, and takes a part of a quarter.
func Work(next Number, chunks int, square func(chunk int)) error {
	i := int(next.Add(1)) - 1
	for chunk := i * chunks / 4; chunk < (i+1)*chunks/4; chunk++ {
		square(chunk)
	}
	return nil
}
