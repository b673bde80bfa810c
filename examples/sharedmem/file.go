//go:build unix

package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

const counters = 4 // 64-bit numbers in the file

// runFile lets three processes, one after another, count in a mapped file. The second is killed
// as soon as it has counted. Then we look at the file with an ordinary read.
func runFile(args []string) error {
	fs := newFlags("file")
	path := fs.String("path", "", "the `file` to count in, and keep (default one without a name)")
	if err := parse(fs, args); err != nil {
		return err
	}
	f, err := openCounters(*path)
	if err != nil {
		return err
	}
	mem, err := mapMemory(f)
	if err != nil {
		return err
	}
	defer mem.close()
	for i := range 3 {
		w, err := startWorker(mem, fmt.Sprintf("process %d", i+1), "file-child")
		if err != nil {
			return err
		}
		if err := w.step(); err != nil {
			return err
		}
		if i == 1 {
			if err := w.cmd.Process.Kill(); err != nil {
				return errors.Join(err, w.end())
			}
			say("%v", w.end())
		} else if err := w.end(); err != nil {
			return err
		}
	}
	numbers := make([]uint64, counters)
	plain := io.NewSectionReader(f, 0, 8*counters)
	if err := binary.Read(plain, binary.NativeEndian, numbers); err != nil {
		return err
	}
	say("the file, as read(2) sees it: %d", numbers)
	return nil
}

// openCounters opens or makes the file. One without a path has no name, so that nothing stays
// behind, whatever is killed.
func openCounters(path string) (*os.File, error) {
	var f *os.File
	var err error
	if path == "" {
		f, err = namelessFile()
	} else {
		f, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	}
	if err != nil {
		return nil, err
	}
	fi, err := f.Stat()
	if err == nil {
		switch fi.Size() {
		case 0:
			err = f.Truncate(8 * counters) // zeros
		case 8 * counters:
		default:
			err = usagef("-path: %s has %d bytes, want a file of counters, %d bytes, or a new one",
				path, fi.Size(), 8*counters)
		}
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func fileChild(args []string) error {
	mem, err := inherited()
	if err != nil {
		return err
	}
	numbers, err := view[uint64](mem.bytes)
	if err != nil {
		return err
	}
	if err := turn(); err != nil {
		return err
	}
	for i := range numbers {
		numbers[i]++
	}
	// Every process and every read sees the new numbers already. Msync is for the disk: when it
	// returns, they survive the machine's end too, not only this process's.
	if err := unix.Msync(mem.bytes, unix.MS_SYNC); err != nil {
		return os.NewSyscallError("msync", err)
	}
	say("[%s] counts: %d", args[0], numbers)
	if err := done(); err != nil {
		return err
	}
	io.Copy(io.Discard, os.Stdin) // until the parent has no more for us
	return nil
}
