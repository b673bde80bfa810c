//go:build !amd64 && !arm64

package mpi

// goroutine cannot be told here: every goroutine passes for the one that runs Main.
func goroutine() uintptr { return 0 }
