//go:build amd64 || arm64

package mpi

// goroutine returns a number that is the calling goroutine's as long as that goroutine lives. It is
// only ever compared with the number of the goroutine that runs Main. Asking the system for the
// thread would cost a system call in every MPI call.
func goroutine() uintptr
