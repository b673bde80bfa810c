package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"

	"example.com/lockstep/examples/hello/lockstep"
	"golang.org/x/sys/unix"
)

// runFullPipe lets a child print into a pipe. A parent that waits for the child's end before it reads
// waits for ever, if the child prints more than the pipe holds.
func runFullPipe(f *lockstep.Flags) {
	size := f.Number("bytes", 65537, 0, 1<<20, "how much the child prints")
	readFirst := f.Bool("fixed", false, "read first, and wait then")
	f.Parse()
	r, w, err := os.Pipe()
	lockstep.Check(err)
	child := lockstep.Command("child", "printer", *size)
	child.Cmd.Stdout = w
	lockstep.Check(child.Start())
	w.Close()
	collect := waitThenRead
	if *readFirst {
		collect = readThenWait
	}
	over := make(chan bool)
	var printed []byte
	go func() { printed, err = collect(child.Cmd, r); close(over) }()
	lockstep.Check(eventually("the child's end, or a full pipe", func() bool {
		select {
		case <-over:
			return true
		default:
			return !*readFirst && stuck(child, r)
		}
	}))
	select {
	case <-over:
		lockstep.Check(err)
		lockstep.Say("the child has ended, and the parent has read %d bytes", len(printed))
	default:
		held, err := bytesIn(r)
		lockstep.Check(err)
		lockstep.Say("deadlock: %d of %d bytes are in the pipe, and it is full", held, *size)
		lockstep.Say("the child waits for the parent to read, the parent for the child to end")
	}
}

// waitThenRead returns what a child prints into a pipe.
func waitThenRead(child *exec.Cmd, pipe io.Reader) ([]byte, error) {
	ended := child.Wait() // NOTE: incorrect: the child may be waiting for us to read
	printed, err := io.ReadAll(pipe)
	return printed, errors.Join(ended, err)
}

// readThenWait returns what a child prints into a pipe.
func readThenWait(child *exec.Cmd, pipe io.Reader) ([]byte, error) {
	printed, err := io.ReadAll(pipe)
	ended := child.Wait()
	return printed, errors.Join(ended, err)
}

// stuck reports whether the kernel shows the child in a write to its standard output, which is the
// pipe, while the pipe is full.
func stuck(child *lockstep.Process, pipe *os.File) bool {
	conn, err := pipe.SyscallConn()
	lockstep.Check(err)
	room := 0
	lockstep.Check(conn.Control(func(fd uintptr) { room, err = unix.FcntlInt(fd, unix.F_GETPIPE_SZ, 0) }))
	lockstep.Check(err)
	held, err := bytesIn(pipe)
	lockstep.Check(err)
	return held == room && blockedIn(child.Cmd.Process.Pid, unix.SYS_WRITE, 1)
}

func printer(args lockstep.Args) {
	_, err := os.Stdout.Write(bytes.Repeat([]byte("x"), args.Int(0)))
	lockstep.Check(err)
}
