package main

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// limitMemory allows this process mb MiB of address space beyond what it has already.
func limitMemory(mb int) error {
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return err
	}
	var pages uint64
	if _, err := fmt.Sscan(string(statm), &pages); err != nil {
		return err
	}
	limit := pages*uint64(os.Getpagesize()) + uint64(mb)<<20
	err = unix.Setrlimit(unix.RLIMIT_AS, &unix.Rlimit{Cur: limit, Max: limit})
	return os.NewSyscallError("setrlimit", err)
}
