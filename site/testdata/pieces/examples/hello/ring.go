package main

// A ring has a method here and another elsewhere.
type ring struct{ at int }

func (r *ring) put() { r.next() }
