//go:build unix

package main

import (
	"errors"
	"io"
	"os"
	"strings"
	"syscall"

	"example.com/lockstep/examples/hello/lockstep"
	"golang.org/x/sys/unix"
)

// runEmpty has two consumers stop when they find the queue empty. The queue is a pipe, and an item a
// byte. We say who acts next: P puts an item; A and B look into the queue, and then take.
func runEmpty(f *lockstep.Flags) {
	schedule := "PAAAPP"
	f.Func("schedule", "who acts next, letters P, A and B (default PAAAPP)", func(s string) error {
		if s == "" || len(s) > 100 || strings.Trim(s, "PAB") != "" {
			return errors.New("want 1 to 100 letters P, A and B")
		}
		schedule = s
		return nil
	})
	f.Parse()
	r, w, err := os.Pipe()
	lockstep.Check(err)
	all := map[rune]*lockstep.Process{}
	all['P'], err = lockstep.Start("producer", "putter", w)
	lockstep.Check(err)
	for _, name := range "AB" {
		all[name], err = lockstep.Start("consumer "+string(name), "looker", r)
		lockstep.Check(err)
	}
	w.Close()
	for _, who := range schedule {
		did, err := all[who].Step()
		lockstep.Check(err)
		lockstep.Say("[%s] %s", all[who].Name, did)
	}
	lockstep.Check(lockstep.EndAll(all['P'], all['A'], all['B']))
	left, err := io.ReadAll(r)
	lockstep.Check(err)
	lockstep.Say("items left in the queue: %d", len(left))
}

func putter(args lockstep.Args) {
	for item := byte(1); ; item++ {
		lockstep.Turn()
		_, err := args.File(0).Write([]byte{item})
		lockstep.Check(err)
		lockstep.Done("puts item %d", item)
	}
}

// looker takes items for as long as the queue is not empty.
func looker(args lockstep.Args) {
	queue := int(args.File(0).Fd())
	lockstep.Turn()
	for !isEmpty(queue) { // NOTE: incorrect: empty now is not empty for good
		lockstep.Done("finds something in the queue")
		lockstep.Turn()
		item, ok := takeNow(queue) // NOTE: incorrect: somebody else may have taken it by now
		if !ok {
			stay("finds nothing to take, and waits for ever")
		}
		lockstep.Done("takes item %d", item)
		lockstep.Turn()
	}
	stay("finds the queue empty, and leaves")
}

// stay does nothing more, whatever the schedule says.
func stay(why string) {
	for ; ; why = "does nothing" {
		lockstep.Done("%s", why)
		lockstep.Turn()
	}
}

func isEmpty(queue int) bool {
	state := []unix.PollFd{{Fd: int32(queue), Events: unix.POLLIN}}
	_, err := unix.Poll(state, 0)
	lockstep.Check(err)
	return state[0].Revents&unix.POLLIN == 0
}

// takeNow takes an item if there is one. A plain read would wait for one.
func takeNow(queue int) (item byte, ok bool) {
	lockstep.Check(syscall.SetNonblock(queue, true))
	buf := make([]byte, 1)
	n, err := syscall.Read(queue, buf)
	if err == syscall.EAGAIN {
		return 0, false
	}
	lockstep.Check(err)
	return buf[0], n == 1
}
