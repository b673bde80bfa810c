package main

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// runSeals makes promises about memory that the kernel keeps: it is not resized, then not written
// any more, by anyone, us included. A process that finds the seals need not trust who made it.
func runSeals(args []string) error {
	if err := parse(newFlags("seals"), args); err != nil {
		return err
	}
	mem, err := newMemory(4096)
	if err != nil {
		return err
	}
	defer mem.file.Close()
	mem.bytes[0] = 42
	fd := int(mem.file.Fd())
	seal := func(seals int) error {
		_, err := unix.FcntlInt(uintptr(fd), unix.F_ADD_SEALS, seals)
		return err
	}
	remap := func() error {
		b, err := unix.Mmap(fd, 0, 4096, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
		if err == nil {
			err = unix.Munmap(b)
		}
		return err
	}
	pwrite := func() error { _, err := unix.Pwrite(fd, []byte{7}, 0); return err }
	for _, try := range []struct {
		what string
		do   func() error
	}{
		{"seal the size", func() error { return seal(unix.F_SEAL_SHRINK | unix.F_SEAL_GROW) }},
		{"make it shorter", func() error { return unix.Ftruncate(fd, 0) }},
		{"make it longer", func() error { return unix.Ftruncate(fd, 8192) }},
		{"store into it", func() error { mem.bytes[0] = 43; return nil }},
		{"seal the content, mapped for writing", func() error { return seal(unix.F_SEAL_WRITE) }},
		{"unmap it", func() error { return unix.Munmap(mem.bytes) }},
		{"seal the content", func() error { return seal(unix.F_SEAL_WRITE) }},
		{"write to it", pwrite},
		{"map it for writing", remap},
		{"seal the seals", func() error { return seal(unix.F_SEAL_SEAL) }},
		{"add a seal", func() error { return seal(unix.F_SEAL_FUTURE_WRITE) }},
	} {
		say("%-38s%s", try.what+":", outcome(try.do()))
	}
	w, err := startWorker(mem, "process 1", "seals-child")
	if err != nil {
		return err
	}
	return errors.Join(w.step(), w.end())
}

// outcome names an error as the manual pages do.
func outcome(err error) string {
	var errno syscall.Errno
	switch {
	case err == nil:
		return "done"
	case errors.As(err, &errno):
		return unix.ErrnoName(errno)
	}
	return err.Error()
}

// sealsChild takes no memory whose size or content could change while it reads.
func sealsChild(args []string) error {
	if err := turn(); err != nil {
		return err
	}
	f := os.NewFile(3, "inherited memory")
	const need = unix.F_SEAL_SHRINK | unix.F_SEAL_WRITE
	if seals, err := unix.FcntlInt(f.Fd(), unix.F_GET_SEALS, 0); err != nil || seals&need != need {
		return fmt.Errorf("%s: this memory may change under us: seals %#x, %v", args[0], seals, err)
	}
	b, err := unix.Mmap(int(f.Fd()), 0, 4096, unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return os.NewSyscallError("mmap", err)
	}
	say("[%s] finds the seals, maps it for reading and reads %d", args[0], b[0])
	return done()
}
