//go:build linux

package psync

import (
	"context"
	"sync/atomic"
)

// A Barrier lets n parties wait for each other, again and again. It is crash-proof by its layout:
// each party counts its own arrivals, in a word that nobody else writes, and a round is over when
// every party has counted that far. There is no common counter that a death could leave wrong.
type Barrier struct {
	layout
	n       int
	party   int
	target  uint32
	arrived bool
}

// OpenBarrier joins the barrier at the beginning of mem as one of n parties, from 1 to MaxHolders.
// Zero memory is a barrier that nobody has joined. Where all places are taken, it takes over that
// of a dead party, in the round that the dead had reached, or returns ErrFull.
//
// A *Barrier is one party: one goroutine at a time may use it.
func OpenBarrier(mem []byte, n int) (*Barrier, error) {
	if n < 1 || n > MaxHolders {
		return nil, &LayoutError{"barrier", "limit", uint64(n), MaxHolders}
	}
	l, err := open("barrier", mem, kindBarrier, BarrierSize, uint64(n))
	if err != nil {
		return nil, err
	}
	b := &Barrier{layout: *l, n: n}
	for i := range n {
		if b.slots[i].CompareAndSwap(0, b.self) {
			b.party = i
			return b, nil
		}
	}
	for i := range n {
		if id := b.slots[i].Load(); !alive(id) && b.slots[i].CompareAndSwap(id, b.self) {
			b.party = i
			return b, nil
		}
	}
	return nil, ErrFull
}

// Wait waits until all parties have called it. An error (ErrPartyDied, or ctx.Err()) doesn't take
// the arrival back, as others may have gone on because of it. Call Wait again to wait on for the
// same round: after ErrPartyDied, when a process has taken the dead one's place.
func (b *Barrier) Wait(ctx context.Context) error {
	if !b.arrived {
		raceRelease(b.race)
		b.target = b.mine().Load() + 1
		b.mine().Store(b.target)
		b.arrived = true
		at("barrier/arrived")
	}
	if b.complete() {
		b.count.advance()
	} else if err := b.count.await(ctx, b.complete, b.findDead); err != nil {
		return err
	}
	b.arrived = false
	raceAcquire(b.race)
	return nil
}

func (b *Barrier) mine() *atomic.Uint32 { return &b.phase[b.party] }

func (b *Barrier) missing(i int) bool { return int32(b.phase[i].Load()-b.target) < 0 }

func (b *Barrier) complete() bool {
	for i := range b.n {
		if b.missing(i) {
			return false
		}
	}
	return true
}

func (b *Barrier) findDead() error {
	for i := range b.n {
		if id := b.slots[i].Load(); id != 0 && b.missing(i) && !alive(id) && b.missing(i) {
			return ErrPartyDied
		}
	}
	return nil
}
