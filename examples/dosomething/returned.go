package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
)

// runReturned lets processes make numbers and send them to the parent, which appends them to its
// own list.
func runReturned(args []string) error {
	fs := newFlags("returned")
	given := listFlags(fs)
	if err := parse(fs, args); err != nil {
		return err
	}
	j := given()
	lists, err := j.returned(context.Background(), j.tasks)
	if err != nil {
		return err
	}
	for i, part := range lists {
		say("[task %d] sent %d numbers", i+1, len(part))
		made = append(made, part...)
	}
	say("the parent's list has %d numbers, the first is %.6f", len(made), made[0])
	return nil
}

// returned has p processes make the numbers, and returns all of them.
func (j job) returned(ctx context.Context, p int) ([][]float64, error) {
	lists := make([][]float64, j.tasks) // each goroutine writes elements of its own
	return lists, j.share(ctx, p, "returned-child", nil, func(w *worker, task int) error {
		_, err := fmt.Fprintln(w.in, task)
		if err == nil {
			lists[task-1], err = readNumbers(w.out, j.count)
		}
		return err
	})
}

// readNumbers reads count numbers from r, each of 8 bytes, the lowest first. It takes no more
// memory than has arrived, rounded up to a block.
func readNumbers(r io.Reader, count int) (all []float64, err error) {
	raw := make([]byte, 8*block)
	for len(all) < count {
		part := raw[:8*min(block, count-len(all))]
		if n, err := io.ReadFull(r, part); err != nil {
			whole := len(all) + n/8
			return nil, fmt.Errorf("%d numbers and %d bytes of %d: %w", whole, n%8, count, err)
		}
		for ; len(part) > 0; part = part[8:] {
			all = append(all, math.Float64frombits(binary.LittleEndian.Uint64(part)))
		}
	}
	return all, nil
}

func writeNumbers(w io.Writer, numbers func() float64, count int) error {
	out := bufio.NewWriterSize(w, 8*block)
	for range count {
		raw := binary.LittleEndian.AppendUint64(out.AvailableBuffer(), math.Float64bits(numbers()))
		if _, err := out.Write(raw); err != nil {
			return err
		}
	}
	return out.Flush()
}

func returnedChild(args []string) error {
	j, err := childJob(args)
	if err != nil {
		return err
	}
	for task := range numbers(os.Stdin) {
		if err := writeNumbers(&stdout, stream(j.seed, task).Float64, j.count); err != nil {
			return err
		}
	}
	return nil
}
