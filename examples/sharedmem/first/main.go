//go:build unix

// Two processes count in the same memory. Neither sends the other anything.
package main

import (
	"fmt"
	"log"
	"os"
	"os/exec"
	"sync/atomic"
	"syscall"
	"unsafe"
)

func main() {
	if len(os.Args) > 1 { // a child: the memory is behind descriptor 3
		counter := mapCounter(os.NewFile(3, "memory"))
		for range 1_000_000 {
			counter.Add(1)
		}
		return
	}

	file, err := os.CreateTemp("", "counter")
	check(err)
	check(os.Remove(file.Name())) // nobody needs its name
	_, err = file.Write(make([]byte, 8))
	check(err)
	counter := mapCounter(file)

	self, err := os.Executable()
	check(err)
	children := []*exec.Cmd{exec.Command(self, "child"), exec.Command(self, "child")}
	for _, child := range children {
		child.Stderr = os.Stderr
		child.ExtraFiles = []*os.File{file} // the child's descriptor 3
		check(child.Start())
	}
	for _, child := range children {
		check(child.Wait())
	}
	fmt.Println("the counter is", counter.Load())
}

// mapCounter maps the first 8 bytes of a file: they are the same memory in every process.
func mapCounter(file *os.File) *atomic.Int64 {
	memory, err := syscall.Mmap(int(file.Fd()), 0, 8, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	check(err)
	return (*atomic.Int64)(unsafe.Pointer(&memory[0]))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
