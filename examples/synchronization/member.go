package main

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"sync/atomic"
	"time"
	"unsafe"
)

// A member is a process of a crew, from the inside.
type member struct {
	name  string
	mem   []byte
	steps chan struct{}
	ack   *os.File
	page  *os.File
}

// join is the first thing that a child does. When its parent is gone, it ends, whatever it waits
// for: the end of its input says so.
func join(args []string) (*member, error) {
	m := &member{args[0], nil, make(chan struct{}), os.NewFile(3, "ack"), os.NewFile(4, "page")}
	var err error
	m.mem, err = shared(m.page)
	go func() {
		for b := make([]byte, 1); ; m.steps <- struct{}{} {
			if _, err := io.ReadFull(os.Stdin, b); err != nil {
				os.Exit(1)
			}
		}
	}()
	return m, err
}

func (m *member) allowed() { <-m.steps }

func (m *member) done() error {
	_, err := m.ack.Write([]byte{1})
	return err
}

func (m *member) say(format string, args ...any) {
	say("[%s] %s", m.name, fmt.Sprintf(format, args...))
}

// number is a word of shared memory. Where a lock guards it, plain reads and writes would do: it
// is atomic so that the compiler leaves every access where it is.
func number(mem []byte, offset int) *atomic.Int64 {
	return (*atomic.Int64)(unsafe.Pointer(&mem[offset]))
}

// atoi reads a number that this program has given to itself.
func atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic(err)
	}
	return n
}

func numbered(kind string, n int) string { return fmt.Sprintf("%s %d", kind, n) }

// eventually waits until something that another process is about to do is visible in shared
// memory or in the kernel. The limit only ends what would otherwise hang.
func eventually(what string, visible func() (bool, error)) error {
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if ok, err := visible(); ok || err != nil {
			return err
		}
	}
	return fmt.Errorf("waited in vain for: %s", what)
}
