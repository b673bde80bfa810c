package main

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"example.com/lockstep/examples/hello/lockstep"
	"golang.org/x/sys/unix"
)

// runSeals makes promises about memory that the kernel keeps: it is not resized, then not written
// any more, by anyone, us included. A process that finds the seals need not trust who made it.
func runSeals(f *lockstep.Flags) {
	f.Parse()
	file, err := memfd()
	lockstep.Check(err)
	lockstep.Check(fillWithZeros(file, 4096))
	memory, err := mapFile(file)
	lockstep.Check(err)
	memory[0] = 42
	for _, try := range []struct {
		what string
		do   func() error
	}{
		{"seal the size", func() error { return seal(file, unix.F_SEAL_SHRINK|unix.F_SEAL_GROW) }},
		{"make it shorter", func() error { return file.Truncate(0) }},
		{"make it longer", func() error { return file.Truncate(8192) }},
		{"store into it", func() error { memory[0] = 43; return nil }},
		{"seal the content, mapped for writing", func() error { return seal(file, unix.F_SEAL_WRITE) }},
		{"unmap it", func() error { return syscall.Munmap(memory) }},
		{"seal the content", func() error { return seal(file, unix.F_SEAL_WRITE) }},
		{"write to it", func() error { _, err := file.WriteAt([]byte{7}, 0); return err }},
		{"map it for writing", func() error { _, err := mapFile(file); return err }},
		{"seal the seals", func() error { return seal(file, unix.F_SEAL_SEAL) }},
		{"add a seal", func() error { return seal(file, unix.F_SEAL_FUTURE_WRITE) }},
	} {
		lockstep.Say("%-38s%s", try.what+":", outcome(try.do()))
	}
	reader, err := lockstep.Start("reader", "sealed-reader", file)
	lockstep.Check(err)
	lockstep.Check(reader.Wait())
}

// memfd returns a new file in memory that has no name and can be sealed.
func memfd() (*os.File, error) {
	fd, err := unix.MemfdCreate("lockstep", unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING)
	return os.NewFile(uintptr(fd), "memfd"), os.NewSyscallError("memfd_create", err)
}

// seal adds seals to a memfd, for good and for all who have it.
func seal(f *os.File, seals int) error {
	_, err := unix.FcntlInt(f.Fd(), unix.F_ADD_SEALS, seals)
	return err
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

func sealedReader(args lockstep.Args) {
	memory, err := mapSealed(args.File(0))
	lockstep.Check(err)
	lockstep.Say("finds the seals, maps it for reading and reads %d", memory[0])
}

// mapSealed maps memory for reading, unless its size or its content could change meanwhile.
func mapSealed(f *os.File) ([]byte, error) {
	const need = unix.F_SEAL_SHRINK | unix.F_SEAL_WRITE
	seals, err := unix.FcntlInt(f.Fd(), unix.F_GET_SEALS, 0)
	if err != nil || seals&need != need {
		return nil, fmt.Errorf("%s may change while we read: seals %#x, %v", f.Name(), seals, err)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	return unix.Mmap(int(f.Fd()), 0, int(info.Size()), unix.PROT_READ, unix.MAP_SHARED)
}
