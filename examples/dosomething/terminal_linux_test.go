package main

import (
	"io"
	"os"
	"testing"

	"example.com/lockstep/examples/internal/script"
)

// On a terminal the tasks are counted, and then the line is wiped out.
func TestProgress(t *testing.T) {
	screen, tty := script.Terminal(t)
	stderr := os.Stderr
	os.Stderr = tty
	count, forget := progress(3)
	os.Stderr = stderr
	for range 3 {
		count()
	}
	forget()
	const want = "1 of 3 tasks\r2 of 3 tasks\r3 of 3 tasks\r\x1b[K"
	seen := make([]byte, len(want))
	if _, err := io.ReadFull(screen, seen); err != nil || string(seen) != want {
		t.Errorf("on a terminal: %q, %v, want %q", seen, err, want)
	}
}
