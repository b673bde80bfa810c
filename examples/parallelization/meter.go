package main

import (
	"sync/atomic"
	"time"
)

// A meter counts what work takes. Other than a stopwatch it shows the same on every machine.
type meter struct {
	processes atomic.Int64 // started
	requests  atomic.Int64
	bytes     atomic.Int64 // through pipes, both ways
	additions atomic.Int64
}

// timed runs f and says how long it took, and what happened in that time.
func (m *meter) timed(f func() error) error {
	processes, requests, additions := m.processes.Load(), m.requests.Load(), m.additions.Load()
	begin := time.Now()
	err := f()
	took := time.Since(begin)
	if err == nil {
		say("timed: %d processes started, %d requests, %d additions, in %v",
			m.processes.Load()-processes, m.requests.Load()-requests,
			m.additions.Load()-additions, took.Round(time.Microsecond))
	}
	return err
}
