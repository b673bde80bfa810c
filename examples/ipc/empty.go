//go:build unix

package main

import (
	"io"
	"os"
	"strings"
	"syscall"

	"example.com/lockstep/examples/hello/lockstep"
	"golang.org/x/sys/unix"
)

// runEmpty has two consumers stop when they find the queue empty. The queue is a pipe, and an item a
// byte. We say who acts next: P is the parent, and puts an item; A and B look, and then take.
func runEmpty(f *lockstep.Flags) {
	schedule := f.String("schedule", "PAAAPP", "who acts next, `letters` P, A and B")
	f.Parse()
	if bad := strings.Trim(*schedule, "PAB"); bad != "" {
		lockstep.Usage("-schedule %s: want letters P, A and B", *schedule)
	}
	r, w, err := os.Pipe()
	lockstep.Check(err)
	consumers := map[rune]*lockstep.Process{}
	for _, name := range "AB" {
		consumers[name], err = lockstep.Start("consumer "+string(name), "looker", r)
		lockstep.Check(err)
	}
	item := byte(0)
	for _, who := range *schedule {
		if who == 'P' {
			item++
			_, err := w.Write([]byte{item})
			lockstep.Check(err)
			lockstep.Say("the parent puts item %d", item)
			continue
		}
		did, err := consumers[who].Step()
		lockstep.Check(err)
		lockstep.Say("[%s] %s", consumers[who].Name, did)
	}
	lockstep.Check(lockstep.EndAll(consumers['A'], consumers['B']))
	w.Close()
	left, err := io.ReadAll(r)
	lockstep.Check(err)
	lockstep.Say("items left in the queue: %d", len(left))
}

// takeAll takes items for as long as the queue is not empty.
func takeAll(isEmpty func() bool, take func() byte) (items []byte) {
	for !isEmpty() { // NOTE: incorrect: empty now is not empty for good
		items = append(items, take()) // NOTE: incorrect: somebody else may have taken it by now
	}
	return items
}

// looker is a consumer. Each look and each take is a step of its own.
func looker(args lockstep.Args) {
	pipe := int(args.File(0).Fd())
	lockstep.Check(syscall.SetNonblock(pipe, true)) // so that a read of ours does not wait
	isEmpty := func() bool {
		lockstep.Turn()
		state := []unix.PollFd{{Fd: int32(pipe), Events: unix.POLLIN}}
		_, err := unix.Poll(state, 0)
		lockstep.Check(err)
		if state[0].Revents&unix.POLLIN == 0 {
			lockstep.Done("finds the queue empty, and leaves")
			return true
		}
		lockstep.Done("finds something in the queue")
		return false
	}
	take := func() byte {
		lockstep.Turn()
		item := make([]byte, 1)
		_, err := syscall.Read(pipe, item)
		if err == syscall.EAGAIN { // here a plain read would wait
			lockstep.Done("finds nothing to take, and waits for ever")
			idle()
		}
		lockstep.Check(err)
		lockstep.Done("takes item %d", item[0])
		return item[0]
	}
	takeAll(isEmpty, take)
	idle()
}

// idle does nothing more, whatever the schedule says.
func idle() {
	for {
		lockstep.Turn()
		lockstep.Done("does nothing")
	}
}
