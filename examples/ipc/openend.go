//go:build unix

package main

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// runOpenEnd gives the consumer both ends of the pipe it reads from. When the producer has ended
// there is still a process that could write: the consumer itself.
func runOpenEnd(args []string) error {
	if err := parse(newFlags("openend"), args); err != nil {
		return err
	}
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	gateR, gate, err := os.Pipe()
	if err != nil {
		return err
	}
	defer gate.Close()
	// region ends
	consumer := self("openend-consumer")
	// NOTE: incorrect: w has no business in the consumer.
	consumer.ExtraFiles = []*os.File{r, w, gateR} // descriptors 3, 4 and 5
	// endregion ends
	var c crew
	err = c.start("consumer", consumer)
	r.Close()
	gateR.Close()
	if err != nil {
		w.Close()
		return err
	}
	// The producer is the parent here. It sends one frame, and closes its end.
	err = newStream(w).send([]byte("item 1"))
	if closeErr := w.Close(); err == nil {
		err = closeErr
	}
	say("the producer has sent its last item and closed its end")
	if err == nil {
		_, err = gate.Write([]byte{1})
	}
	if waitErr := c.wait(); waitErr != nil {
		return waitErr
	}
	return err
}

func openEndConsumer(args []string) error {
	watchParent("")
	pipe, err := openFile(3, "pipe")
	if err != nil {
		return err
	}
	writeEnd, err := openFile(4, "write end")
	if err != nil {
		return err
	}
	gate, err := openFile(5, "gate")
	if err != nil {
		return err
	}
	item, err := readFrame(pipe)
	if err != nil {
		return err
	}
	say("[consumer] gets %s", item)
	// A byte here says that the producer has closed.
	if _, err := io.ReadFull(gate, make([]byte, 1)); err != nil {
		return err
	}
	// Read without waiting: the kernel says "not now" where a plain read would wait for ever.
	if err := unix.SetNonblock(int(pipe.Fd()), true); err != nil {
		return err
	}
	b := make([]byte, 1)
	if _, err := unix.Read(int(pipe.Fd()), b); err != unix.EAGAIN {
		return fmt.Errorf("read gave %v, want EAGAIN", err)
	}
	say("[consumer] reads on: nothing there, and no end-of-file (EAGAIN)")
	if err := writeEnd.Close(); err != nil {
		return err
	}
	if n, err := unix.Read(int(pipe.Fd()), b); n != 0 || err != nil {
		return fmt.Errorf("read gave %d, %v, want end-of-file", n, err)
	}
	say("[consumer] closes its own write end: end-of-file")
	return nil
}
