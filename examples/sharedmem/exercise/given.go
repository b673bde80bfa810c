//go:build unix

package main

// What is given. It is right as it is: your program goes into exercise.go.

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"unsafe"

	"example.com/lockstep/examples/hello/lockstep"
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
	p := lockstep.New("exercise")
	p.Variant("work", "processes square the chunks that are left", run)
	p.Role("worker", worker)
	p.Main()
}

func run(f *lockstep.Flags) {
	n := f.Number("n", 4, 1, 16, "how many processes")
	chunks := f.Number("chunks", 64, 1, 1000, "how many chunks")
	f.Parse()
	nothing := Number{new(atomic.Uint64), func() {}}
	lockstep.Check(Work(nothing, 0, func(int) {}))
	file, err := lockstep.Unnamed(0)
	lockstep.Check(err)
	_, err = file.Write(make([]byte, 8+8**chunks))
	lockstep.Check(err)
	memory := mapped(file, *chunks)
	for i := range *chunks {
		memory[1+i] = uint64(i) + 1
	}
	workers := make([]*lockstep.Process, *n)
	for i := range workers {
		workers[i], err = lockstep.Start(fmt.Sprintf("process %d", i+1), "worker", file, *chunks, i)
		lockstep.Check(err)
	}
	for _, w := range workers {
		w.Answer() // it has used the number, or has ended, and Wait says how
	}
	for _, w := range workers {
		w.Allow()
	}
	others := lockstep.WaitAll(workers[1:]...)
	workers[0].Allow()
	lockstep.Check(errors.Join(workers[0].Wait(), others))
	sum := uint64(0)
	for _, v := range memory[1:] {
		sum += v
	}
	lockstep.Say("the sum of the %d squares is %d", *chunks, sum)
}

// worker runs Work in one process. Process 1 is a slow one: before it squares its first chunk, the
// others have done all that they can do.
func worker(args lockstep.Args) {
	chunks := args.Int(1)
	memory := mapped(args.File(0), chunks)
	meet := sync.OnceFunc(func() { lockstep.Done(""); lockstep.Turn() })
	slow := sync.OnceFunc(func() {
		if args.Int(2) == 0 {
			lockstep.Turn()
		}
	})
	square := func(chunk int) {
		meet()
		slow()
		if chunk < 0 || chunk >= chunks {
			lockstep.Check(fmt.Errorf("there is no chunk %d of %d", chunk, chunks))
		}
		memory[1+chunk] *= memory[1+chunk]
		lockstep.Say("squares chunk %d", chunk)
	}
	lockstep.Check(Work(Number{(*atomic.Uint64)(unsafe.Pointer(&memory[0])), meet}, chunks, square))
}

// mapped maps the memory as numbers: first the one that is shared out, and then the chunks.
func mapped(file *os.File, chunks int) []uint64 {
	memory, err := syscall.Mmap(int(file.Fd()), 0, 8+8*chunks, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	lockstep.Check(err)
	return unsafe.Slice((*uint64)(unsafe.Pointer(&memory[0])), 1+chunks)
}
