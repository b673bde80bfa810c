package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"example.com/lockstep/examples/hello/lockstep"
)

// runToken starts n processes in a chain of pipes and sends one byte through it, the token. A process
// prints when it has the token, and passes it on.
func runToken(f *lockstep.Flags) {
	n := f.Number("n", 4, 1, 64, "how many processes")
	victim := f.Number("kill", 0, 0, 64, "kill this process before the token comes; 0 is none")
	f.Parse()
	if *victim > *n {
		lockstep.Usage("-kill %d: there are only %d processes", *victim, *n)
	}
	from, put, err := os.Pipe() // we put the token in here
	lockstep.Check(err)
	runners := make([]*lockstep.Process, *n)
	for i := range runners {
		next, to, err := os.Pipe()
		lockstep.Check(err)
		name := fmt.Sprintf("process %d", i+1)
		runners[i], err = lockstep.Start(name, "runner", from, to)
		lockstep.Check(err)
		from.Close() // the child has its own copies now
		to.Close()
		from = next
	}
	if *victim > 0 {
		runners[*victim-1].Kill() // WaitAll says how it ended
	}
	_, err = put.Write([]byte("t"))
	put.Close()
	if err == nil {
		_, err = io.ReadFull(from, make([]byte, 1)) // the last process passes it to us
	}
	if err != nil {
		err = fmt.Errorf("the token is lost: %w", err)
	}
	lockstep.Check(errors.Join(err, lockstep.WaitAll(runners...)))
	lockstep.Say("the token is back")
}

func runner(args lockstep.Args) {
	lockstep.Check(holdToken(args.File(0), args.File(1), func() { lockstep.Say("has the token") }))
}

// holdToken waits for the token, one byte, speaks, and passes the token on.
func holdToken(from io.Reader, to io.Writer, speak func()) error {
	token := make([]byte, 1)
	if _, err := io.ReadFull(from, token); err != nil {
		return fmt.Errorf("the token did not come: %w", err)
	}
	speak()
	if _, err := to.Write(token); err != nil {
		return fmt.Errorf("cannot pass the token on: %w", err)
	}
	return nil
}
