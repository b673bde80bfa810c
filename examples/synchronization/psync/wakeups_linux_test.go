package psync

import (
	"sync"
	"testing"
	"time"
)

// TestWakeUpsSuffice: while nobody dies, no wait has to be ended by the bound. Every participant
// has a handle of its own, and so sleeps in the kernel by itself, as a process does.
func TestWakeUpsSuffice(t *testing.T) {
	defer func(d time.Duration) { bound = d }(bound)
	bound = time.Hour
	_, p := open3(t)
	const n, rounds = 4, 100
	for name, take := range map[string]func(all) (lock, unlock func() error){
		"Mutex":   func(p all) (lock, unlock func() error) { return p.m.Lock, p.m.Unlock },
		"RWMutex": func(p all) (lock, unlock func() error) { return p.rw.Lock, p.rw.Unlock },
		"RLock":   func(p all) (lock, unlock func() error) { return p.rw.RLock, p.rw.RUnlock },
		"Semaphore": func(p all) (lock, unlock func() error) {
			return func() error { return p.s.Acquire(t.Context()) }, p.s.Release
		},
	} {
		t.Run(name, func(t *testing.T) {
			inTime(t, func() {
				var wg sync.WaitGroup
				for i := range n + 1 {
					mine, err := openAll(p.mem)
					must(t, err)
					lock, unlock := take(mine)
					if name == "RLock" && i == 0 { // a writer among the readers
						lock, unlock = mine.rw.Lock, mine.rw.Unlock
					}
					wg.Go(func() {
						for range rounds {
							must(t, lock())
							time.Sleep(time.Microsecond) // so that the others have to wait
							must(t, unlock())
						}
					})
				}
				wg.Wait()
			})
		})
	}
	t.Run("Barrier", func(t *testing.T) {
		inTime(t, func() {
			var wg sync.WaitGroup
			for range parties {
				b, err := OpenBarrier(p.mem[atBarrier:], parties)
				must(t, err)
				wg.Go(func() {
					for range rounds {
						must(t, b.Wait(t.Context()))
					}
				})
			}
			wg.Wait()
		})
	})
	t.Run("Cond", func(t *testing.T) {
		turn := 0
		inTime(t, func() {
			var wg sync.WaitGroup
			for me := range n {
				mine, err := openAll(p.mem)
				must(t, err)
				wg.Go(func() {
					for range rounds {
						must(t, mine.m.Lock())
						for turn != me {
							must(t, mine.c.Wait(t.Context()))
						}
						turn = (me + 1) % n
						must(t, mine.c.Broadcast())
						must(t, mine.m.Unlock())
					}
				})
			}
			wg.Wait()
		})
	})
	t.Run("Signal", func(t *testing.T) { // two that wait for each other: one signal is enough
		turn := 0
		inTime(t, func() {
			var wg sync.WaitGroup
			for me := range 2 {
				mine, err := openAll(p.mem)
				must(t, err)
				wg.Go(func() {
					for range rounds {
						must(t, mine.m.Lock())
						for turn != me {
							must(t, mine.c.Wait(t.Context()))
						}
						turn = 1 - me
						must(t, mine.m.Unlock())
						must(t, mine.c.Signal())
					}
				})
			}
			wg.Wait()
		})
	})
	t.Run("Event", func(t *testing.T) {
		inTime(t, func() {
			other, err := OpenEvent(p.mem[3072:])
			must(t, err)
			relay := func(mine, its *Event) {
				for range rounds {
					must(t, mine.Wait(t.Context()))
					must(t, mine.Reset())
					must(t, its.Set())
				}
			}
			done := make(chan bool)
			go func() { relay(other, p.e); close(done) }()
			must(t, p.e.Set())
			relay(p.e, other)
			<-done
		})
	})
}

func inTime(t *testing.T, do func()) {
	done := make(chan bool)
	go func() { defer close(done); do() }()
	select {
	case <-done:
	case <-time.After(patience):
		t.Fatal("a wake-up was lost")
	}
}
