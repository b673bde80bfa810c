package main

import (
	"fmt"
	"os"
	"strings"
	"syscall"
)

// limitMemory allows this process so many MiB beyond the writable memory it has now. The limit is on
// data, not on addresses: the Go runtime reserves many more of those than it uses.
func limitMemory(mib int) error {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return err
	}
	_, data, _ := strings.Cut(string(status), "\nVmData:")
	var kib uint64
	if _, err := fmt.Sscan(data, &kib); err != nil {
		return fmt.Errorf("/proc/self/status: VmData: %w", err)
	}
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_DATA, &limit); err != nil {
		return err
	}
	limit.Cur = min(kib<<10+uint64(mib)<<20, limit.Max)
	return syscall.Setrlimit(syscall.RLIMIT_DATA, &limit)
}
