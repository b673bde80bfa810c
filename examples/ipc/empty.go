//go:build unix

package main

import (
	"fmt"
	"io"
	"os"
	"strings"
)

// runEmpty has consumers stop when they find the queue empty. They act at the parent's word, one
// step at a time: P puts an item; A and B are consumers, which look and take in turns.
func runEmpty(args []string) error {
	fs := newFlags("empty")
	schedule := fs.String("schedule", "PAAAPP",
		"who acts next: P puts an item, A and B look, then take")
	if err := parse(fs, args); err != nil {
		return err
	}
	if *schedule == "" || len(*schedule) > 100 || strings.Trim(*schedule, "PAB") != "" {
		return usagef("-schedule %q: want 1 to 100 letters of P, A and B, such as PAAAPP", *schedule)
	}
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	defer r.Close()
	steppers := map[rune]*stepper{}
	for who, end := range map[rune]*os.File{'P': w, 'A': r, 'B': r} {
		if err == nil {
			steppers[who], err = startStepper(end, "-id", string(who))
		}
	}
	w.Close()
	for _, who := range *schedule {
		if err == nil {
			if err = steppers[who].step(); err != nil {
				err = fmt.Errorf("%c: no step: %w", who, err)
			}
		}
	}
	for who, s := range steppers {
		if s != nil {
			if endErr := s.end(); endErr != nil {
				err = fmt.Errorf("%c: %w", who, endErr)
			}
		}
	}
	if err != nil {
		return err
	}
	left, err := io.ReadAll(r)
	if err == nil {
		say("%d items are left in the queue", len(left))
	}
	return err
}
