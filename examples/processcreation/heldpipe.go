//go:build unix

package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"syscall"
	"time"
)

// runHeldPipe collects the output of a child that leaves a grandchild behind. The child ends, but
// the pipe has no end while the grandchild holds it, and so Wait does not return.
func runHeldPipe(args []string) error {
	if err := parse(newFlags("heldpipe"), args); err != nil {
		return err
	}
	var out bytes.Buffer // no *os.File, so Cmd makes a pipe and a goroutine that copies
	h, err := startHolder(&out, 0)
	if err != nil {
		return err
	}
	return errors.Join(watchHeldPipe(h, &out), h.end())
}

func watchHeldPipe(h *holder, out *bytes.Buffer) error {
	if err := h.awaitChildEnd(); err != nil {
		return err
	}
	_, _, err := h.f.question(aloud)
	select {
	case <-h.waited:
		return errors.New("the wait is over, but the pipe is held")
	default:
		say("the child has ended, the grandchild speaks, Wait waits")
	}
	h.f.ask.Close() // and so the grandchild ends
	<-h.waited
	say("the grandchild has ended, Wait returns %v", h.waitErr)
	say("output: %q", out)
	return err
}

// A holder is a family whose child ends early, while Wait is under way.
type holder struct {
	f       *family
	alive   *os.File      // its end-of-file: the child has ended
	waited  chan struct{} // closed when Wait has returned
	waitErr error         // what it returned; valid after waited
}

func startHolder(out io.Writer, delay time.Duration) (*holder, error) {
	alive, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	child := self("heldpipe-child")
	child.Stdout = out
	child.WaitDelay = delay
	child.ExtraFiles = []*os.File{w} // descriptor 4: newFamily puts its own before it
	f, err := newFamily(child)
	w.Close()
	if err != nil {
		return nil, errors.Join(err, alive.Close())
	}
	h := &holder{f: f, alive: alive, waited: make(chan struct{})}
	go func() {
		h.waitErr = child.Wait()
		close(h.waited)
	}()
	return h, nil
}

// end lets the grandchild end, and with it the wait.
func (h *holder) end() error {
	h.f.ask.Close()
	<-h.waited
	return h.f.end()
}

func (h *holder) awaitChildEnd() error {
	defer h.alive.Close()
	h.alive.SetReadDeadline(time.Now().Add(patience))
	_, err := io.Copy(io.Discard, h.alive)
	return err
}

// heldPipeChild leaves without waiting for the grandchild, as a script does with "server &".
func heldPipeChild(args []string) error {
	syscall.CloseOnExec(4) // inherited descriptors are not: the grandchild would get it as well
	return grandchildCmd().Start()
}
