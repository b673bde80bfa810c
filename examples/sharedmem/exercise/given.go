//go:build unix

package main

// What is given. It is right as it is: your program goes into exercise.go.

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"unsafe"
)

var errNotBegun = errors.New("not begun: write Work in examples/sharedmem/exercise/exercise.go")

// A Number is a number in memory that the processes share. All of them have used it once before any
// of them uses it again, so that what can go wrong does.
type Number struct {
	shared *atomic.Uint64
	meet   func()
}

func (n Number) Load() uint64            { v := n.shared.Load(); n.meet(); return v }
func (n Number) Store(v uint64)          { n.shared.Store(v); n.meet() }
func (n Number) Add(delta uint64) uint64 { v := n.shared.Add(delta); n.meet(); return v }
func (n Number) CompareAndSwap(old, new uint64) bool {
	ok := n.shared.CompareAndSwap(old, new)
	n.meet()
	return ok
}

func main() {
	log.SetFlags(0)
	n := flag.Int("n", 4, "how many processes, a `number` from 1 to 16")
	chunks := flag.Int("chunks", 64, "how many chunks, a `number` from 1 to 1000")
	flag.Parse()
	if *n < 1 || *n > 16 || *chunks < 1 || *chunks > 1000 || flag.NArg() > 1 {
		fmt.Fprintln(os.Stderr, "usage: exercise [-n number from 1 to 16] [-chunks number from 1 to 1000]")
		os.Exit(2)
	}
	if flag.NArg() == 1 {
		child(flag.Arg(0), *chunks)
		return
	}
	nothing := Number{new(atomic.Uint64), func() {}}
	check(Work(nothing, 0, func(int) {}))
	memory := parent(*n, *chunks)
	sum := uint64(0)
	for _, v := range memory[1:] {
		sum += v
	}
	fmt.Printf("the sum of the %d squares is %d\n", *chunks, sum)
}

// parent starts the processes and waits for them. It returns the memory: the number and the chunks.
func parent(n, chunks int) []uint64 {
	file, err := os.CreateTemp("", "exercise")
	check(err)
	check(os.Remove(file.Name()))
	_, err = file.Write(make([]byte, 8+8*chunks))
	check(err)
	memory := mapped(file, chunks)
	for i := range chunks {
		memory[1+i] = uint64(i) + 1
	}
	isHere, here, err := os.Pipe() // a byte from each process that is there
	check(err)
	allHere, tellAll, err := os.Pipe() // its end says that all are
	check(err)
	othersDone, tellFirst, err := os.Pipe() // its end says to process 1 that the others are done
	check(err)
	var first, others sync.WaitGroup
	failed := make([]error, n)
	self, err := os.Executable()
	check(err)
	for i := range n {
		p := exec.Command(self, "-chunks", strconv.Itoa(chunks), strconv.Itoa(i+1))
		p.Stdout, p.Stderr = os.Stdout, os.Stderr
		p.ExtraFiles = []*os.File{file, here, allHere, othersDone}
		_, err := p.StdinPipe() // its end is our end
		check(err)
		check(p.Start())
		wait := func() {
			failed[i] = p.Wait()
			here.Write([]byte{1}) // so that nobody waits for one that is gone
		}
		if i == 0 {
			first.Go(wait)
		} else {
			others.Go(wait)
		}
	}
	_, err = io.ReadFull(isHere, make([]byte, n))
	check(err)
	tellAll.Close()
	others.Wait()
	tellFirst.Close()
	first.Wait()
	check(errors.Join(failed...))
	return memory
}

// child runs Work in one process. Process 1 is a slow one: before it squares its first chunk, the
// others have done all that they can do.
func child(name string, chunks int) {
	go func() { // end with the parent
		io.Copy(io.Discard, os.Stdin)
		os.Exit(1)
	}()
	memory := mapped(os.NewFile(3, "memory"), chunks)
	meet := sync.OnceFunc(func() {
		_, err := os.NewFile(4, "here").Write([]byte{1})
		check(err)
		io.Copy(io.Discard, os.NewFile(5, "all here"))
	})
	defer meet()
	slow := sync.OnceFunc(func() {
		if name == "1" {
			io.Copy(io.Discard, os.NewFile(6, "others done"))
		}
	})
	square := func(chunk int) {
		meet()
		slow()
		if chunk < 0 || chunk >= chunks {
			log.Fatalf("process %s: there is no chunk %d of %d", name, chunk, chunks)
		}
		memory[1+chunk] *= memory[1+chunk]
		fmt.Printf("[process %s] squares chunk %d\n", name, chunk)
	}
	next := Number{(*atomic.Uint64)(unsafe.Pointer(&memory[0])), meet}
	check(Work(next, chunks, square))
}

// mapped maps the memory as numbers: first the one that is shared out, and then the chunks.
func mapped(file *os.File, chunks int) []uint64 {
	memory, err := syscall.Mmap(int(file.Fd()), 0, 8+8*chunks, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	check(err)
	return unsafe.Slice((*uint64)(unsafe.Pointer(&memory[0])), 1+chunks)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
