//go:build unix

package main

import "testing"

// TestKilledCall kills a call that waits for its own calls: the error says which.
func TestKilledCall(t *testing.T) {
	tokens, err := newTokens(3)
	if err != nil {
		t.Fatal(err)
	}
	defer tokens.Close()
	root, err := call{n: maxN, depth: 1, tokens: tokens}.start("forkjoin-child")
	if err != nil {
		t.Fatal(err)
	}
	if err := root.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if _, err := root.wait(); err == nil || err.Error() != "fib(50): signal: killed" {
		t.Errorf("%v: want fib(50): signal: killed", err)
	}
}

// TestTokens holds that a pipe of tokens gives as many as were asked for, and no more.
func TestTokens(t *testing.T) {
	for _, n := range []int{0, 1, 1024} {
		tokens, err := newTokens(n)
		if err != nil {
			t.Fatal(err)
		}
		got := 0
		for b := make([]byte, 1); ; got++ {
			if _, err := tokens.Read(b); err != nil {
				break
			}
		}
		tokens.Close()
		if got != n {
			t.Errorf("%d tokens of %d", got, n)
		}
	}
}
