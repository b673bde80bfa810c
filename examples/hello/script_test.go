package main

import (
	"strings"
	"testing"

	"example.com/lockstep/examples/internal/script"
)

func TestMain(m *testing.M)          { program().Play(); script.Main(m, "hello", main) }
func TestScripts(t *testing.T)       { script.Run(t, "hello") }
func TestNothingIsLeft(t *testing.T) { script.NothingIsLeft(t, nil) }
func TestSweep(t *testing.T)         { script.Sweep(t) }

// TestTornLinesAreCounted holds that the count whole prints is not 0 whatever arrives.
func TestTornLinesAreCounted(t *testing.T) {
	for _, tt := range []struct {
		text        string
		lines, torn int
	}{
		{"", 0, 0},
		{"aaa\nbbb\naaa\n", 3, 0},
		{"aab\nbba\n", 2, 2},              // two lines changed places half-way
		{"aabbb\na\nccc\n", 3, 2},         // one line stands in another
		{"aaabbb\n\n\nccc\n", 4, 3},       // the newlines came late
		{"aaa\nbbb", 2, 1},                // the last is cut short by its newline
		{"aaa\nbbbb", 2, 1},               // or is as long as a line, without one
		{strings.Repeat("a", 9000), 1, 1}, // or is longer than any
	} {
		if lines, torn := countTorn([]byte(tt.text), 4); lines != tt.lines || torn != tt.torn {
			t.Errorf("countTorn(%.20q) = %d lines, %d torn: want %d, %d", tt.text, lines, torn, tt.lines, tt.torn)
		}
	}
}
