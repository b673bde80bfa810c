package main

// Double returns twice n.
func Double(n int) (int, error) {
	return 0, errNotBegun
}
