//go:build unix

package main

import (
	"errors"
	"sync/atomic"
)

// A seqlock is a record with a sequence number: odd while the record is being written, and another
// after every write. The one writer never waits. Readers write nothing, so that any number of
// them disturb nobody; they try again if the number was odd or is another than before.
//
// The words are atomics: to read plain ones while they are written is a data race, even if what
// was read is thrown away.
type seqlock struct {
	seq   atomic.Uint64
	words [2]atomic.Uint64
}

// write stores a record; half is called in the middle.
func (s *seqlock) write(p pair, half func() error) error {
	s.seq.Add(1)
	s.words[0].Store(p.left)
	if err := half(); err != nil {
		return err
	}
	s.words[1].Store(p.right)
	s.seq.Add(1)
	return nil
}

// read returns a whole record; half is called in the middle of a copy, and retry before the next
// one. Its error ends the reading: a writer that dies in the middle leaves an odd number for good.
func (s *seqlock) read(half, retry func() error) (pair, error) {
	for {
		before := s.seq.Load()
		if before%2 == 0 {
			left := s.words[0].Load()
			if err := half(); err != nil {
				return pair{}, err
			}
			right := s.words[1].Load()
			if s.seq.Load() == before {
				return pair{left, right}, nil
			}
		}
		if err := retry(); err != nil {
			return pair{}, err
		}
	}
}

func nothing() error { return nil }

// runSeqlock reads the record at the two worst moments.
func runSeqlock(args []string) error {
	fs := newFlags("seqlock")
	during := fs.String("during", "write", "what the other does in the middle of: our `write or read`")
	kill := fs.Bool("kill", false, "kill the writer in the middle of its write")
	if err := parse(fs, args); err != nil {
		return err
	}
	if *during != "write" && *during != "read" {
		return usagef("-during %q: want write or read", *during)
	}
	if *kill && *during == "read" {
		return usagef("-kill is for -during write: the writer has written all when we retry")
	}
	mem, err := newMemory(4096)
	if err != nil {
		return err
	}
	defer mem.close()
	record, err := at[seqlock](mem.bytes, 0)
	if err != nil {
		return err
	}
	if err := record.write(pair{300, 700}, nothing); err != nil {
		return err
	}
	w, err := startWorker(mem, "writer", "seqlock-child")
	if err != nil {
		return err
	}
	defer w.end()
	retries := 0
	half, retry := nothing, func() error { retries++; return nil }
	if *during == "write" { // the writer has written half; it ends while we retry
		if err := w.step(); err != nil {
			return err
		}
		retry = func() error { retries++; return w.step() }
	} else { // we have read half; it writes all of it now
		half = func() error {
			if retries > 0 {
				return nil
			}
			return errors.Join(w.step(), w.step())
		}
	}
	if *kill {
		retry = func() error { return errors.Join(w.cmd.Process.Kill(), w.end()) }
	}
	p, err := record.read(half, retry)
	if err != nil {
		return err
	}
	say("we read %d + %d = %d, after retries: %d", p.left, p.right, p.left+p.right, retries)
	return w.end()
}

func seqlockChild(args []string) error {
	mem, err := inherited()
	if err != nil {
		return err
	}
	record, err := at[seqlock](mem.bytes, 0)
	if err != nil {
		return err
	}
	if err := turn(); err != nil {
		return err
	}
	err = record.write(pair{400, 600}, func() error {
		say("[%s] has stored 400", args[0])
		return errors.Join(done(), turn())
	})
	if err != nil {
		return err
	}
	say("[%s] has stored 600", args[0])
	return done()
}
