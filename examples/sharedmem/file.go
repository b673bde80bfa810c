//go:build unix

package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"os"

	"example.com/lockstep/examples/hello/lockstep"
	"golang.org/x/sys/unix"
)

const fileSize = 4 * 8 // four numbers

// runFile lets three processes, one after another, count in a mapped file. The second is killed
// as soon as it has counted. Then we look at the file with an ordinary read.
func runFile(f *lockstep.Flags) {
	path := f.String("path", "", "the `file` to count in, and keep (default one without a name)")
	f.Parse()
	file, err := lockstep.Unnamed(0)
	if *path != "" {
		file, err = os.OpenFile(*path, os.O_RDWR|os.O_CREATE, 0o600)
	}
	lockstep.Check(err)
	info, err := file.Stat()
	lockstep.Check(err)
	if !info.Mode().IsRegular() || info.Size() != 0 && info.Size() != fileSize {
		lockstep.Usage("-path: %s has %d bytes, want a file of counters, %d bytes, or a new one", *path, info.Size(), fileSize)
	}
	if info.Size() == 0 {
		lockstep.Check(fillWithZeros(file, fileSize))
	}
	for i := range 3 {
		p, err := lockstep.Start(fmt.Sprintf("process %d", i+1), "scribe", file)
		lockstep.Check(err)
		step(p)
		if i == 1 {
			lockstep.Say("%v", p.Kill())
		} else {
			lockstep.Check(p.End())
		}
	}
	counted := make([]uint64, fileSize/8)
	lockstep.Check(binary.Read(io.NewSectionReader(file, 0, fileSize), binary.NativeEndian, counted))
	lockstep.Say("the file, as read(2) sees it: %d", counted)
}

func scribe(args lockstep.Args) {
	memory, err := mapFile(args.File(0))
	lockstep.Check(err)
	counters, err := numbers[uint64](memory)
	lockstep.Check(err)
	lockstep.Turn()
	for i := range counters {
		counters[i]++
	}
	// All processes and all reads see the new numbers already. Msync is for the disk: when it
	// returns, they survive a power cut, too.
	lockstep.Check(os.NewSyscallError("msync", unix.Msync(memory, unix.MS_SYNC)))
	lockstep.Done("counts: %d", counters)
	lockstep.Turn()
}
