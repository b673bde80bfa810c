package psync

import (
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"
	"time"
)

// TestAnyName: slots are claimed and given back by a process of any pid and start time. The start
// time counts ticks of 10 ms since the boot, so that no test machine has seen most of its values.
func TestAnyName(t *testing.T) {
	_, p := open3(t)
	l := p.rw.layout
	for _, start := range []uint64{0, 1, math.MaxInt32, math.MaxInt32 + 1, math.MaxUint32} {
		for _, pid := range []uint64{1, 4242, pidBits} {
			l.self = pid | start<<32
			for n := 1; n <= MaxHolders; n++ {
				var got []int
				for range n {
					slot, ok := l.claim(n)
					if !ok {
						t.Fatalf("%#x claims %d of %d slots", l.self, len(got), n)
					}
					got = append(got, slot)
				}
				if slot, ok := l.claim(n); ok {
					t.Fatalf("%#x claims slot %d of %d, and all were claimed", l.self, slot, n)
				}
				slices.Sort(got)
				if got[0] != 0 || got[n-1] != n-1 || len(slices.Compact(got)) != n {
					t.Fatalf("%#x claims slots %v of %d", l.self, got, n)
				}
				for range n {
					must(t, l.disclaim(n))
				}
				wantErr(t, l.disclaim(n), ErrNotOwner)
			}
		}
	}
}

// TestStartTimeIsCut: of a start time the lowest 32 bits are compared, whatever lies above them.
func TestStartTimeIsCut(t *testing.T) {
	for _, start := range []uint64{0, math.MaxUint32, math.MaxUint32 + 1, math.MaxUint64} {
		stat := fmt.Sprintf("%d (x) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 %d 0 0", pidBits, start)
		id, _, err := parseStat([]byte(stat))
		if want := pidBits | start<<32; id != want || err != nil {
			t.Errorf("start time %d: %#x, %v, want %#x", start, id, err, want)
		}
	}
}

// TestCountersWrap uses what counts where its count begins again at zero: after 2³¹ changes, or
// 2³² rounds, which no test can make one by one. No wait there is ended by the bound.
func TestCountersWrap(t *testing.T) {
	defer func(d time.Duration) { bound = d }(bound)
	bound = time.Hour
	both := func(t *testing.T, p all, relay func(me int, mine all)) { // two that wait for each other
		inTime(t, func() {
			var wg sync.WaitGroup
			for me := range 2 {
				mine, err := openAll(p.mem)
				must(t, err)
				wg.Go(func() { relay(me, mine) })
			}
			wg.Wait()
		})
	}
	for _, start := range []uint32{math.MaxInt32 - 9, math.MaxUint32 - 9} {
		for name, wake := range map[string]func(*Cond) error{"Signal": (*Cond).Signal, "Broadcast": (*Cond).Broadcast} {
			t.Run(fmt.Sprintf("%s, %#x", name, start), func(t *testing.T) {
				_, p := open3(t)
				p.c.count.word.Store(start)
				turn := 0
				both(t, p, func(me int, mine all) {
					// So many waits that the count has passed the end, however few of them slept.
					for passed := false; !passed; {
						must(t, mine.m.Lock())
						for turn != me {
							must(t, mine.c.Wait(t.Context()))
						}
						turn = 1 - me
						passed = p.c.count.word.Load()-start > 20
						must(t, wake(mine.c))
						must(t, mine.m.Unlock())
					}
				})
			})
		}
		t.Run(fmt.Sprintf("Barrier, %#x", start), func(t *testing.T) {
			_, p := open3(t)
			var parties [2]*Barrier
			for i := range parties {
				b, err := OpenBarrier(p.mem[atBarrier:], len(parties))
				must(t, err)
				b.phase[i].Store(start)
				parties[i] = b
			}
			var entered [2]int
			both(t, p, func(me int, _ all) {
				for round := range 20 {
					entered[me] = round
					must(t, parties[me].Wait(t.Context()))
					if entered[1-me] < round {
						t.Errorf("party %d leaves round %d, the other is in %d", me, round, entered[1-me])
					}
					must(t, parties[me].Wait(t.Context()))
				}
			})
		})
	}
}
