//go:build linux

package psync_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"os/exec"

	"example.com/lockstep/examples/synchronization/psync"
	"golang.org/x/sys/unix"
)

// share returns memory that processes can share. To hand it on, give its file to a child in
// exec.Cmd's ExtraFiles, and map that there.
func share(size int) []byte {
	fd, err := unix.MemfdCreate("example", unix.MFD_CLOEXEC)
	if err != nil {
		log.Fatal(err)
	}
	defer unix.Close(fd) // the mapping keeps the memory
	if err := unix.Ftruncate(fd, int64(size)); err != nil {
		log.Fatal(err)
	}
	mem, err := unix.Mmap(fd, 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		log.Fatal(err)
	}
	return mem
}

func Example() {
	mem := share(4096)
	m, err := psync.OpenMutex(mem[:psync.MutexSize])
	if err != nil {
		log.Fatal(err)
	}
	balance := &mem[psync.MutexSize] // what m guards

	if err := m.Lock(); err != nil {
		log.Fatal(err)
	}
	*balance += 50
	fmt.Println("balance", *balance)
	fmt.Println("try:", m.TryLock())
	if err := m.Unlock(); err != nil {
		log.Fatal(err)
	}
	// Output:
	// balance 50
	// try: psync: locked by another
}

// In a program, main would call the function, in the child as well.
func init() {
	if len(os.Args) > 1 && os.Args[1] == "lock-and-exit" {
		ExampleMutex_LockRepair()
	}
}

// A process that dies inside may leave things half written. LockRepair repairs them, and locks.
func ExampleMutex_LockRepair() {
	isChild := len(os.Args) > 1 && os.Args[1] == "lock-and-exit"
	fd := 3 // where a child finds the first of its ExtraFiles
	if !isChild {
		var err error
		if fd, err = unix.MemfdCreate("example", unix.MFD_CLOEXEC); err != nil {
			log.Fatal(err)
		}
	}
	page := os.NewFile(uintptr(fd), "page")
	defer page.Close()
	if err := page.Truncate(4096); err != nil {
		log.Fatal(err)
	}
	mem, err := unix.Mmap(fd, 0, 4096, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		log.Fatal(err)
	}
	m, err := psync.OpenMutex(mem)
	if err != nil {
		log.Fatal(err)
	}

	if isChild {
		if err := m.Lock(); err != nil {
			log.Fatal(err)
		}
		os.Exit(0) // without Unlock
	}
	child := exec.Command("/proc/self/exe", "lock-and-exit") // it calls this function, too
	child.ExtraFiles = []*os.File{page}
	if err := child.Run(); err != nil {
		log.Fatal(err)
	}

	err = m.Lock()
	if errors.Is(err, psync.ErrOwnerDied) {
		fmt.Println("the child ended inside")
		err = m.LockRepair(context.Background(), func() error {
			fmt.Println("repairing")
			return nil
		})
	}
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("locked")
	fmt.Println("unlock:", m.Unlock())
	// Output:
	// the child ended inside
	// repairing
	// locked
	// unlock: <nil>
}

func ExampleSemaphore() {
	s, err := psync.OpenSemaphore(share(psync.SemaphoreSize), 2)
	if err != nil {
		log.Fatal(err)
	}
	for range 3 {
		fmt.Println(s.TryAcquire())
	}
	// Output:
	// <nil>
	// <nil>
	// psync: locked by another
}

func ExampleCond() {
	mem := share(4096)
	m, err := psync.OpenMutex(mem[0:])
	if err != nil {
		log.Fatal(err)
	}
	c, err := psync.OpenCond(mem[64:], m)
	if err != nil {
		log.Fatal(err)
	}
	full := &mem[128] // guarded by m

	done := make(chan bool)
	go func() { // it could as well be another process
		defer close(done)
		if err := m.Lock(); err != nil {
			log.Fatal(err)
		}
		defer m.Unlock()
		for *full == 0 {
			if err := c.Wait(context.Background()); err != nil {
				log.Print(err)
				return
			}
		}
		fmt.Println("full")
	}()
	if err := m.Lock(); err != nil {
		log.Fatal(err)
	}
	*full = 1
	c.Signal()
	m.Unlock()
	<-done
	// Output: full
}

func ExampleOnce() {
	o, err := psync.OpenOnce(share(psync.OnceSize))
	if err != nil {
		log.Fatal(err)
	}
	for range 2 {
		err := o.Do(context.Background(), func(again bool) error {
			fmt.Println("set up; after a death:", again)
			return nil
		})
		fmt.Println(err)
	}
	// Output:
	// set up; after a death: false
	// <nil>
	// <nil>
}
