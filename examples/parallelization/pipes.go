package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	"golang.org/x/sync/errgroup"
)

// block is how many numbers are sent at a time.
const block = 8192

func runPipes(args []string) error { return addCommand("pipes", args) }

// addThroughPipes starts a process for each part, sends it the numbers and reads the sums.
func addThroughPipes(n, p int, m *meter) (string, error) {
	v := newVectors(make([]float32, 3*n))
	if err := v.addThroughPipes(p, m); err != nil {
		return "", err
	}
	return v.checksum(), nil
}

func (v vectors) addThroughPipes(p int, m *meter) error {
	var all errgroup.Group
	for i := range p {
		lo, hi := part(i, p, len(v.sum))
		all.Go(func() error {
			if err := v.slice(lo, hi).addByChild(m); err != nil {
				return fmt.Errorf("process %d: %w", i+1, err)
			}
			return nil
		})
	}
	return all.Wait()
}

func (v vectors) addByChild(m *meter) error {
	cmd := self("pipes-child", strconv.Itoa(len(v.sum)))
	cmd.Stdout = nil // StdoutPipe sets it
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	in, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return err
	}
	m.processes.Add(1)
	// Sending and receiving at once: the child answers while it is still being sent numbers, and
	// would wait for ever if nobody read its answers.
	var both errgroup.Group
	both.Go(func() error { return errors.Join(v.send(in, m), in.Close()) })
	both.Go(func() error {
		read, err := io.ReadFull(out, bytesOf(v.sum))
		m.bytes.Add(int64(read))
		m.additions.Add(int64(read / 4))
		return err
	})
	failed := both.Wait()
	if failed != nil {
		cmd.Process.Kill() // it may have ended by itself, which Wait tells
	}
	if err := cmd.Wait(); err != nil {
		return err
	}
	return failed
}

func (v vectors) send(w io.Writer, m *meter) error {
	for lo := 0; lo < len(v.a); lo += block {
		hi := min(lo+block, len(v.a))
		for _, numbers := range [][]float32{v.a[lo:hi], v.b[lo:hi]} {
			sent, err := w.Write(bytesOf(numbers))
			m.bytes.Add(int64(sent))
			if err != nil {
				return err
			}
		}
		m.requests.Add(1)
	}
	return nil
}

func pipesChild(args []string) error {
	n, err := strconv.Atoi(args[0])
	if err != nil {
		return usageError{err}
	}
	buf := make([]float32, 3*block)
	for ; n > 0; n -= block {
		k := min(n, block)
		v := vectors{buf[:k], buf[block : block+k], buf[2*block : 2*block+k]}
		for _, numbers := range [][]float32{v.a, v.b} {
			if _, err := io.ReadFull(os.Stdin, bytesOf(numbers)); err != nil {
				return fmt.Errorf("the parent is gone: %w", err)
			}
		}
		v.add()
		if _, err := os.Stdout.Write(bytesOf(v.sum)); err != nil {
			return err
		}
	}
	return nil
}
