package mpi

// Polled returns how many blocking functions this rank replaces by polling.
func Polled() int { return len(waits) }
