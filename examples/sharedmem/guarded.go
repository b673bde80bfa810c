//go:build unix

package main

import (
	"errors"
	"os"

	"example.com/lockstep/examples/sharedmem/ring"
)

// runGuarded is sigbus with a reader that asked for protection.
func runGuarded(args []string) error {
	if err := parse(newFlags("guarded"), args); err != nil {
		return err
	}
	if err := truncateUnder("guarded-child", nil); err != nil {
		return err
	}
	say("the reader has ended well")
	return nil
}

func guardedChild([]string) error {
	mem, err := inherited()
	if err != nil {
		return err
	}
	for range 2 {
		if err := turn(); err != nil {
			return err
		}
		var second byte
		err := ring.Protect(mem.bytes, func() error {
			second = mem.bytes[os.Getpagesize()]
			return nil
		})
		var fault *ring.FaultError
		switch {
		case errors.As(err, &fault):
			say("[reader] is told: %v", fault)
			say("[reader] reads the first page: %d", mem.bytes[0])
		case err != nil:
			return err
		default:
			say("[reader] reads both pages: %d and %d", mem.bytes[0], second)
		}
		if err := done(); err != nil {
			return err
		}
	}
	return nil
}
