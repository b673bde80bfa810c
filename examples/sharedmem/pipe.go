//go:build unix

package main

import (
	"io"
	"os"

	"example.com/lockstep/examples/hello/lockstep"
)

// runPipe sends the ring's messages through a pipe, a write and a read for each.
func runPipe(f *lockstep.Flags) {
	n := f.Number("n", 1000, 4, 1_000_000, "how many messages")
	size := f.Number("size", 64, leastSize, 1<<16, "bytes in a message")
	kill := f.Bool("kill", false, "kill the writer after its third message")
	f.Parse()
	r, w, err := os.Pipe()
	lockstep.Check(err)
	writer, err := lockstep.Start("writer", "pipe-writer", w, *n, *size, *kill)
	lockstep.Check(err)
	reader, err := lockstep.Start("reader", "pipe-reader", r, *n, *size)
	lockstep.Check(err)
	w.Close() // the children have their own; ours would hide their deaths
	r.Close()
	if *kill {
		step(writer)
		writer.Kill() // WaitAll says how it ended
	}
	lockstep.Check(lockstep.WaitAll(writer, reader))
}

func pipeWriter(args lockstep.Args) {
	w, s := args.File(0), newSender(args.Int(2))
	if args[3] == "true" { // we are to be killed
		lockstep.Turn()
		lockstep.Check(writeAll(w, s, 3))
		lockstep.Done("has sent 3 messages")
		lockstep.Turn()
	}
	lockstep.Check(writeAll(w, s, args.Int(1)))
	lockstep.Say("has sent %d messages of %d bytes", args.Int(1), args.Int(2))
}

func writeAll(w io.Writer, s *sender, n int) error {
	message := make([]byte, len(s.template))
	for range n {
		s.fill(message)
		if _, err := w.Write(message); err != nil {
			return err
		}
	}
	return nil
}

func pipeReader(args lockstep.Args) {
	var got receiver
	lockstep.Check(readAll(args.File(0), &got, args.Int(2)))
	lockstep.Say("has taken %d messages, each whole and in its place", got.number)
	if got.number < uint64(args.Int(1)) {
		lockstep.Say("sees the end, and cannot tell that there was more")
		return
	}
	lockstep.Check(got.check(args.Int(2)))
	lockstep.Say("finds the checksum %016x, as expected", got.checksum)
}

func readAll(r io.Reader, got *receiver, size int) error {
	message := make([]byte, size)
	for {
		_, err := io.ReadFull(r, message)
		if err == io.EOF { // has the writer ended, or has it died? A pipe does not tell
			return nil
		}
		if err == nil {
			err = got.take(message)
		}
		if err != nil {
			return err
		}
	}
}
