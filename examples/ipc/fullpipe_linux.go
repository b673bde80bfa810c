package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

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
	isOver := func() bool {
		select {
		case <-over:
			return true
		default:
			return false
		}
	}
	awaitThat("the child's end, or a full pipe", func() bool {
		held, size := inPipe(r)
		full := held == size && blockedIn(child.Cmd.Process.Pid, unix.SYS_WRITE, 1)
		return isOver() || full && !*readFirst
	})
	if isOver() {
		lockstep.Check(err)
		lockstep.Say("the child has ended, and the parent has read %d bytes", len(printed))
		return
	}
	held, _ := inPipe(r)
	lockstep.Say("deadlock: %d of %d bytes are in the pipe, and it is full", held, *size)
	lockstep.Say("the child waits for the parent to read, the parent for the child to end")
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

func printer(args lockstep.Args) {
	_, err := os.Stdout.Write(bytes.Repeat([]byte("x"), args.Int(0)))
	lockstep.Check(err)
}

// inPipe returns how many bytes are in a pipe, and how many it can hold.
func inPipe(pipe *os.File) (held, size int) {
	conn, err := pipe.SyscallConn()
	lockstep.Check(err)
	lockstep.Check(conn.Control(func(fd uintptr) {
		held, err = unix.IoctlGetInt(int(fd), unix.TIOCINQ)
		lockstep.Check(err)
		size, err = unix.FcntlInt(fd, unix.F_GETPIPE_SZ, 0)
		lockstep.Check(err)
	}))
	return held, size
}

// blockedIn reports whether the kernel shows a thread of the process inside the system call, with
// this descriptor as its first argument.
func blockedIn(pid, call, fd int) bool {
	want := fmt.Sprintf("%d 0x%x ", call, fd)
	files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/syscall", pid))
	for _, file := range files {
		if text, err := os.ReadFile(file); err == nil && strings.HasPrefix(string(text), want) {
			return true
		}
	}
	return false
}

// awaitThat waits until something that is about to happen has happened, and gives up after a minute.
func awaitThat(what string, happened func() bool) {
	for end := time.Now().Add(time.Minute); !happened(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			lockstep.Check(fmt.Errorf("not within a minute: %s", what))
		}
	}
}
