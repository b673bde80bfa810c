package main

import (
	"fmt"
	"os"
	"syscall"
)

// limitMemory lets this process have so many MiB of address space more than it has already.
func limitMemory(megabytes int) error {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return err
	}
	var pages uint64 // the first number: its address space, in pages
	if _, err := fmt.Sscan(string(text), &pages); err != nil {
		return err
	}
	most := pages*uint64(os.Getpagesize()) + uint64(megabytes)<<20
	return syscall.Setrlimit(syscall.RLIMIT_AS, &syscall.Rlimit{Cur: most, Max: most})
}
