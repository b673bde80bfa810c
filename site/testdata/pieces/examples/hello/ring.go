package main

// A ring has a method here and another elsewhere.
type ring struct{ at int }

// region put
func (r *ring) put() { r.next() }

// endregion put
