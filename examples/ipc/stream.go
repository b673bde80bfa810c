//go:build unix

package main

import (
	"io"
	"os"
	"syscall"

	"example.com/lockstep/examples/hello/lockstep"
)

// runStream writes three messages, and then lets a consumer read. A stream keeps their bytes in order,
// and forgets where one message ends and the next begins.
func runStream(f *lockstep.Flags) {
	fix := f.Choice("fix", "", "what keeps the messages apart", "frames", "seqpacket")
	f.Parse()
	in, out, err := os.Pipe()
	if *fix == "seqpacket" {
		in, out, err = socketPair(syscall.SOCK_SEQPACKET)
	}
	lockstep.Check(err)
	consumer, err := lockstep.Start("consumer", "reader", in, *fix)
	lockstep.Check(err)
	in.Close()
	for _, msg := range []string{"one", "two", "three"} {
		lockstep.Say("the parent writes %q", msg)
		if *fix == "frames" {
			err = writeFrame(out, []byte(msg), maxMessage)
		} else {
			_, err = out.Write([]byte(msg))
		}
		if err != nil {
			lockstep.Check(consumer.End()) // how it ended says more
		}
		lockstep.Check(err)
	}
	out.Close()
	for got := ""; got != "end-of-file"; {
		got, err = consumer.Step()
		lockstep.Check(err)
		lockstep.Say("[consumer] reads %s", got)
	}
	lockstep.Check(consumer.End())
}

func reader(args lockstep.Args) {
	read := readOnce
	if args[1] == "frames" {
		read = func(r io.Reader) ([]byte, error) { return readFrame(r, maxMessage) }
	}
	for {
		lockstep.Turn()
		msg, err := read(args.File(0))
		if err == io.EOF {
			lockstep.Done("end-of-file")
			continue
		}
		lockstep.Check(err)
		lockstep.Done("%q", msg)
	}
}

// readOnce returns what one call of Read does.
func readOnce(r io.Reader) ([]byte, error) {
	buf := make([]byte, 4096)
	n, err := r.Read(buf)
	return buf[:n], err
}
