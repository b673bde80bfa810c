// Two processes add 1 to the same number, 100,000 times each. A mutex
// in the memory that they share lets one of them in at a time.
package main

import (
	"fmt"
	"log"
	"os"
	"os/exec"
	"syscall"
	"unsafe"

	"example.com/lockstep/examples/synchronization/psync"
)

func main() {
	if len(os.Args) > 1 { // a child: the memory is behind descriptor 3
		mutex, number := open(os.NewFile(3, "memory"))
		for range 100_000 {
			check(mutex.Lock())
			*number++
			check(mutex.Unlock())
		}
		return
	}

	file, err := os.CreateTemp("", "two")
	check(err)
	check(os.Remove(file.Name())) // nobody needs its name
	_, err = file.Write(make([]byte, size))
	check(err)
	_, number := open(file)

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
	fmt.Println("the number is", *number)
}

const size = psync.MutexSize + 8 // the mutex, and the number behind it

// open maps the file, and returns the mutex and the number. They are
// the same in every process.
func open(file *os.File) (*psync.Mutex, *int64) {
	const access = syscall.PROT_READ | syscall.PROT_WRITE
	memory, err := syscall.Mmap(int(file.Fd()), 0, size, access, syscall.MAP_SHARED)
	check(err)
	mutex, err := psync.OpenMutex(memory)
	check(err)
	return mutex, (*int64)(unsafe.Pointer(&memory[psync.MutexSize]))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
