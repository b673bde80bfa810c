//go:build unix

package main

import (
	"bytes"
	"errors"
	"os/exec"
	"time"
)

// runWaitDelay bounds the wait of heldpipe: that long after the child's end, Wait closes the pipe
// and returns an error of its own. (To give the child an *os.File as Stdout avoids the wait too:
// then there is no pipe, no copying goroutine, and nothing but the child to wait for.)
func runWaitDelay(args []string) error {
	fs := newFlags("waitdelay")
	ms := intFlag(fs, "ms", 20, 1, 10000, "WaitDelay in milliseconds")
	if err := parse(fs, args); err != nil {
		return err
	}
	var out bytes.Buffer
	h, err := startHolder(&out, time.Duration(*ms)*time.Millisecond)
	if err != nil {
		return err
	}
	<-h.waited
	say("Wait returns %q, ErrWaitDelay: %t", h.waitErr, errors.Is(h.waitErr, exec.ErrWaitDelay))
	say("the child: %v", h.f.child.ProcessState)
	err = h.awaitChildEnd()
	if err == nil {
		_, _, err = h.f.question(silently)
	}
	if err == nil {
		say("the grandchild is still alive")
	}
	return errors.Join(err, h.end())
}
