package main

import (
	"fmt"
	"os"

	"golang.org/x/sync/errgroup"
)

// runGather runs n processes at once, keeps what each prints apart, and prints it in their order.
func runGather(args []string) error {
	fs := newFlags("gather")
	n := intFlag(fs, "n", 4, 1, 64, "how many processes")
	if err := parse(fs, args); err != nil {
		return err
	}
	outputs := make([][]byte, *n) // each goroutine writes its own element only
	var g errgroup.Group
	for i := range outputs {
		g.Go(func() error {
			child := self("gather-child", fmt.Sprint(i+1))
			child.Stdout = nil // Output collects it
			out, err := child.Output()
			if err != nil {
				return fmt.Errorf("process %d: %w", i+1, err)
			}
			outputs[i] = out
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for _, out := range outputs {
		stdout.Write(out)
	}
	return nil
}

func gatherChild(args []string) error {
	say("[process %s] pid %d", args[0], os.Getpid())
	say("[process %s] says what it has to say", args[0])
	return nil
}
