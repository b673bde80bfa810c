//go:build unix

package main

import (
	"os"
	"syscall"

	"example.com/lockstep/examples/hello/lockstep"
)

// runOpenEnd keeps the write end of a pipe open in the parent. When the producer has ended, there is
// still a process that could write: the parent.
func runOpenEnd(f *lockstep.Flags) {
	f.Parse()
	r, w, err := os.Pipe()
	lockstep.Check(err)
	producer, consumer, err := startLeaky(r, w)
	lockstep.Check(err)
	_, err = producer.Step(1)
	lockstep.Check(err)
	lockstep.Check(producer.End())
	lockstep.Say("the producer has ended")
	look := func() {
		saw, err := consumer.Step()
		lockstep.Check(err)
		lockstep.Say("[consumer] %s", saw)
	}
	look()
	look()
	lockstep.Say("the parent closes its write end")
	lockstep.Check(w.Close())
	look()
	lockstep.Check(consumer.End())
}

// startLeaky starts a producer and a consumer, one at each end of a pipe.
func startLeaky(r, w *os.File) (producer, consumer *lockstep.Process, err error) {
	producer, err = lockstep.Start("producer", "producer", w)
	if err == nil {
		consumer, err = lockstep.Start("consumer", "peeker", r)
	}
	r.Close() // while ours is open, the producer can't notice that the consumer is gone
	// NOTE: incorrect: w is still open here, so the consumer never reads end-of-file.
	return producer, consumer, err
}

// peeker reads without waiting: where a plain read would wait, the kernel answers EAGAIN.
func peeker(args lockstep.Args) {
	pipe := int(args.File(0).Fd())
	lockstep.Check(syscall.SetNonblock(pipe, true))
	frame := make([]byte, 100)
	for {
		lockstep.Turn()
		switch n, err := syscall.Read(pipe, frame); {
		case err == syscall.EAGAIN:
			lockstep.Done("finds nothing to read, and no end-of-file (EAGAIN)")
		case err == nil && n == 0:
			lockstep.Done("reads end-of-file")
		default:
			lockstep.Check(err)
			lockstep.Done("reads %s", frame[4:n]) // behind the four bytes of its length
		}
	}
}
