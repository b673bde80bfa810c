package main

import "time"

// Bursts are what shows how fast something is on a machine that does other things as well: the
// fastest of many ran undisturbed.
type bursts struct {
	begin time.Time
	best  time.Duration
}

const burst = 16

// before is called before repetition i.
func (b *bursts) before(i int) {
	if i%burst > 0 {
		return
	}
	now := time.Now()
	if took := now.Sub(b.begin); i > 0 && (b.best == 0 || took < b.best) {
		b.best = took
	}
	b.begin = now
}

// fastest returns the nanoseconds of a repetition in the fastest burst, or mean if there was none.
func (b *bursts) fastest(mean float64) float64 {
	if b.best == 0 {
		return mean
	}
	return float64(b.best.Nanoseconds()) / burst
}
