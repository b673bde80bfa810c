//go:build unix

package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"syscall"

	"example.com/lockstep/examples/sharedmem/ring"
)

// runRing sends messages from one process to another through a ring in shared memory. The bell is
// a socket pair, an end in each: its end-of-file is the news of a death.
func runRing(args []string) error {
	fs := newFlags("ring")
	n := intFlag(fs, "n", 1000, 1, 100_000_000, "how many messages")
	size := intFlag(fs, "size", 64, leastSize, 1<<20, "bytes in a message")
	capacity := intFlag(fs, "capacity", 4096, 64, 1<<30, "bytes in the ring, a power of two")
	victim := fs.String("kill", "", "kill the `writer or reader` in the middle of the fourth message")
	hold := fs.Bool("hold", false, "keep the ring open when all is sent, until this process ends")
	if err := parse(fs, args); err != nil {
		return err
	}
	if *victim != "" && *victim != "writer" && *victim != "reader" {
		return usagef("-kill %q: want writer or reader", *victim)
	}
	if *capacity&(*capacity-1) != 0 {
		return usagef("-capacity %d: want a power of two", *capacity)
	}
	if most := *capacity/2 - 8; *size > most {
		return usagef("-size %d: a ring of %d bytes takes messages of up to %d", *size, *capacity, most)
	}
	ends := map[string]string{"writer": "close", "reader": "close"}
	if *hold {
		ends["writer"] = "hold"
	}
	if *victim != "" {
		ends[*victim] = "die"
	}
	children, err := startRing(*capacity, *n, *size, ends, os.Stdout)
	return errors.Join(err, waitNamed(children))
}

// startRing starts a writer and a reader on a new ring. Our copies of what they have are closed:
// if we kept an end of the bell, one side could not see the other die.
func startRing(capacity, n, size int, end map[string]string, out io.Writer) ([]*exec.Cmd, error) {
	mem, err := newMemory(ring.Size(capacity))
	if err != nil {
		return nil, err
	}
	defer mem.close()
	if err := ring.Format(mem.bytes); err != nil {
		return nil, err
	}
	ends, err := socketPair()
	if err != nil {
		return nil, err
	}
	defer ends[0].Close()
	defer ends[1].Close()
	var children []*exec.Cmd
	for i, role := range []string{"writer", "reader"} {
		child := self("ring-"+role, role, strconv.Itoa(n), strconv.Itoa(size), end[role])
		child.ExtraFiles = []*os.File{mem.file, ends[i]}
		child.Stdout = out
		// Nothing is sent down its input; that it ends says that we have.
		if _, err := child.StdinPipe(); err != nil {
			return children, err
		}
		if err := child.Start(); err != nil {
			return children, fmt.Errorf("start %s: %w", role, err)
		}
		children = append(children, child)
	}
	return children, nil
}

// waitNamed waits for children whose first argument after the role is their name.
func waitNamed(children []*exec.Cmd) error {
	var errs []error
	for _, child := range children {
		if err := child.Wait(); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", child.Args[2], err))
		}
	}
	return errors.Join(errs...)
}

// socketPair returns the two ends of a stream.
func socketPair() ([2]*os.File, error) {
	syscall.ForkLock.RLock() // no child in between: it would inherit, and hold, both ends
	defer syscall.ForkLock.RUnlock()
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		return [2]*os.File{}, os.NewSyscallError("socketpair", err)
	}
	syscall.CloseOnExec(fds[0])
	syscall.CloseOnExec(fds[1])
	return [2]*os.File{os.NewFile(uintptr(fds[0]), "bell"), os.NewFile(uintptr(fds[1]), "bell")}, nil
}
