package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"syscall"
	"testing"
)

// A way is one of making a process and waiting for its end.
type way struct {
	name string
	run  func() error
}

var ways = []way{
	{"true", func() error { return exec.Command("true").Run() }},
	{"self", func() error {
		cmd, err := self("exitcode", "-end", "0") // it ends at once
		if err != nil {
			return err
		}
		return cmd.Run()
	}},
	{"fork", fork},
}

// BenchmarkSpawn makes processes while the parent has a heap of that many MiB, all of it in use.
func BenchmarkSpawn(b *testing.B) {
	for _, heap := range []int{0, 256, 512, 1024} {
		b.Run(fmt.Sprintf("heap=%d", heap), func(b *testing.B) {
			debug.FreeOSMemory() // of the step before
			memory := make([]byte, heap<<20)
			for i := 0; i < len(memory); i += 1024 {
				memory[i] = 1
			}
			for _, way := range ways {
				b.Run("way="+way.name, func(b *testing.B) {
					for b.Loop() {
						if err := way.run(); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
			runtime.KeepAlive(memory)
		})
	}
}

// fork copies this process, as Python's multiprocessing and a C program may do. The copy ends at
// once: what is measured is the copying of the page tables, which grows with the memory in use.
func fork() error {
	pid, _, errno := syscall.RawSyscall(syscall.SYS_CLONE, uintptr(syscall.SIGCHLD), 0, 0)
	if errno != 0 {
		return os.NewSyscallError("fork", errno)
	}
	if pid == 0 {
		syscall.RawSyscall(syscall.SYS_EXIT_GROUP, 0, 0, 0)
	}
	var status syscall.WaitStatus
	for {
		_, err := syscall.Wait4(int(pid), &status, 0, nil)
		if err == syscall.EINTR {
			continue
		}
		if err == nil && status != 0 {
			err = fmt.Errorf("status %#x", status)
		}
		return os.NewSyscallError("wait", err)
	}
}
