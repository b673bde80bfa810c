package main

import (
	"strings"
	"testing"
	"time"
)

// TestDeathEndsTheOthers: two processes wait for items, and one of them is killed. The other would wait
// for ever; it is ended, and the error names the one that was killed.
func TestDeathEndsTheOthers(t *testing.T) {
	file, s := share[shelf]()
	defer file.Close()
	mu, _, err := s.open()
	must(t, err)
	takers := startAll(2, "consumer", "taker", file, false)
	must(t, eventually("two processes that wait", func() (bool, error) {
		if err := mu.Lock(); err != nil {
			return false, err
		}
		both := s.waiting == 2
		return both, mu.Unlock()
	}))
	go takers[0].Kill()
	ended := make(chan error, 1)
	go func() { ended <- waitOrEnd(takers...) }()
	select {
	case err := <-ended:
		if err == nil || !strings.Contains(err.Error(), "consumer 1: signal: killed") {
			t.Errorf("%v, want to be told that consumer 1 was killed", err)
		}
	case <-time.After(30 * time.Second):
		t.Error("consumer 2 still waits for what consumer 1 would have done")
		takers[1].Kill()
	}
}
