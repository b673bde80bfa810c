//go:build unix

package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/sharedmem/ring"
)

// runRing sends messages from one process to another through a ring in shared memory. The bell is
// a socket pair, an end in each: its end-of-file is the news of a death.
func runRing(f *lockstep.Flags) {
	n := f.Number("n", 1000, 4, 1_000_000, "how many messages")
	size := f.Number("size", 64, 8, 1<<20, "bytes in a message")
	capacity := f.Number("capacity", 4096, 64, 1<<26, "bytes in the ring, a power of two")
	victim := f.Choice("kill", "", "kill this one in the middle of the fourth message: `writer or reader`", "writer", "reader")
	f.Parse()
	if *capacity&(*capacity-1) != 0 {
		lockstep.Usage("-capacity %d: want a power of two", *capacity)
	}
	if most := *capacity/2 - 8; *size > most {
		lockstep.Usage("-size %d: a ring of %d bytes takes messages of up to %d", *size, *capacity, most)
	}
	writer, reader, err := startRing(*capacity, *n, *size, *victim, os.Stdout)
	lockstep.Check(err)
	if *victim != "" {
		p := map[string]*lockstep.Process{"writer": writer, "reader": reader}[*victim]
		step(p)
		p.Kill() // WaitAll says how it ended
	}
	lockstep.Check(lockstep.WaitAll(writer, reader))
}

// startRing starts a writer and a reader on a new ring. Our ends of the bell are closed: if we kept
// one, one side could not see the other die.
func startRing(capacity, n, size int, victim string, out io.Writer) (writer, reader *lockstep.Process, err error) {
	file, memory := newMemory(ring.Size(capacity))
	defer file.Close()
	defer syscall.Munmap(memory)
	lockstep.Check(ring.Format(memory))
	a, b, err := socketPair()
	lockstep.Check(err)
	defer a.Close()
	defer b.Close()
	writer = lockstep.Command("writer", "ring-writer", file, a, n, size, victim == "writer")
	reader = lockstep.Command("reader", "ring-reader", file, b, n, size, victim == "reader")
	writer.Cmd.Stdout, reader.Cmd.Stdout = out, out
	if err := writer.Start(); err != nil {
		return nil, nil, err
	}
	return writer, reader, reader.Start()
}

// socketPair returns the two ends of a connection.
func socketPair() (a, b *os.File, err error) {
	syscall.ForkLock.RLock() // a child that is started in between would inherit, and hold, both ends
	defer syscall.ForkLock.RUnlock()
	ends, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		return nil, nil, os.NewSyscallError("socketpair", err)
	}
	syscall.CloseOnExec(ends[0])
	syscall.CloseOnExec(ends[1])
	return os.NewFile(uintptr(ends[0]), "bell"), os.NewFile(uintptr(ends[1]), "bell"), nil
}

// ringOf maps the ring and takes this process's end of the bell.
func ringOf(args lockstep.Args) ([]byte, net.Conn) {
	memory, err := mapFile(args.File(0))
	lockstep.Check(err)
	bell, err := net.FileConn(args.File(1)) // a copy of the end: the end itself is not needed any more
	lockstep.Check(err)
	lockstep.Check(args.File(1).Close())
	return memory, bell
}

func ringWriter(args lockstep.Args) {
	w, err := ring.OpenWriter(ringOf(args))
	lockstep.Check(err)
	n, size := args.Int(2), args.Int(3)
	if args[4] == "true" { // we are to be killed with half a message in the ring
		lockstep.Turn()
		lockstep.Check(sendAll(w, 3, size, fill))
		room, err := w.Reserve(context.Background(), size)
		lockstep.Check(err)
		fill(room[:8], 3)
		lockstep.Done("has sent 3 messages, and half of one")
		lockstep.Turn()
	}
	lockstep.Check(sendAll(w, n, size, fill))
	lockstep.Say("has sent %d messages of %d bytes", n, size)
	lockstep.Check(w.Close())
}

// fill writes message number i: the number, and behind it bytes that depend on it.
func fill(room []byte, i int) {
	for j := range room {
		room[j] = byte(i + j*31)
	}
	binary.LittleEndian.PutUint64(room, uint64(i))
}

// sendAll sends n messages of a size. The reader finds each where fill has written it.
func sendAll(w *ring.Writer, n, size int, fill func(room []byte, i int)) error {
	for i := range n {
		room, err := w.Reserve(context.Background(), size) // a place in the ring
		if err != nil {
			return err
		}
		fill(room, i)
		w.Commit()
	}
	return w.Drain(context.Background()) // until the reader has taken them all
}

func ringReader(args lockstep.Args) {
	r, err := ring.OpenReader(ringOf(args))
	lockstep.Check(err)
	if args[4] == "true" { // we are to be killed with a message in our hands
		lockstep.Turn()
		for range 4 {
			_, err := r.Next(context.Background())
			lockstep.Check(err)
		}
		lockstep.Done("has taken 3 messages, and reads one")
		lockstep.Turn()
	}
	got, want := 0, make([]byte, args.Int(3))
	err = takeAll(r, func(message []byte) {
		if fill(want, got); !bytes.Equal(message, want) {
			lockstep.Check(fmt.Errorf("message %d is another one", got))
		}
		got++
	})
	lockstep.Say("has taken %d messages, each whole and in its place", got)
	lockstep.Check(err)
}

// takeAll takes messages until the writer has closed. A message lies in the ring itself, until Next
// is called again.
func takeAll(r *ring.Reader, take func(message []byte)) error {
	for {
		message, err := r.Next(context.Background())
		if err == io.EOF { // the writer has closed: nothing is missing
			return r.Close()
		}
		if err != nil {
			return err
		}
		take(message)
	}
}
