package main

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"example.com/lockstep/examples/internal/script"
)

// TestTerminal lets three processes write to a terminal at full speed: a pseudo-terminal, whose other
// end we read. A terminal ends each line with "\r\n".
func TestTerminal(t *testing.T) {
	screen, tty := script.Terminal(t)
	writers := startWriters(tty, 512)
	text := make([]byte, 3*200*513)
	screen.SetReadDeadline(time.Now().Add(20 * time.Second))
	if _, err := io.ReadFull(screen, text); err != nil {
		t.Fatal(err)
	}
	for _, w := range writers {
		if err := w.Wait(); err != nil {
			t.Error(err)
		}
	}
	for i := 0; i < len(text); i += 513 {
		line := string(text[i : i+513])
		if want := fmt.Sprintf("%s\r\n", strings.Repeat(line[:1], 511)); line != want {
			t.Fatalf("a torn line: %q", line)
		}
	}
}
