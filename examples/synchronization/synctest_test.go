package main

import (
	"sync"
	"testing"
	"testing/synctest"
)

// The goroutine twins. In a synctest bubble "everybody else is blocked" is something that a test
// can wait for, so the wrong interleavings are forced here too.

// TestGoroutineLostWakeup: a Signal to nobody is not stored.
func TestGoroutineLostWakeup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		c := sync.NewCond(&mu)
		ready, woken := false, false // guarded by mu
		gap := make(chan struct{})
		go func() {
			mu.Lock()
			look := ready
			mu.Unlock()
			<-gap
			mu.Lock()
			if !look { // NOTE: incorrect: the look is from before the lock
				c.Wait()
			}
			woken = true
			mu.Unlock()
		}()
		synctest.Wait() // it has looked
		mu.Lock()
		ready = true
		mu.Unlock()
		c.Signal()
		gap <- struct{}{}
		synctest.Wait()
		mu.Lock()
		if woken {
			t.Error("the wake-up was not lost")
		}
		mu.Unlock()
		c.Signal() // so that the bubble can end
	})
}

// TestGoroutineIfAndFor: one item, two woken.
func TestGoroutineIfAndFor(t *testing.T) {
	for name, left := range map[string]int{"if": -1, "for": 0} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var mu sync.Mutex
				c := sync.NewCond(&mu)
				items := 0 // guarded by mu
				for range 2 {
					go func() {
						mu.Lock()
						defer mu.Unlock()
						if name == "for" {
							for items == 0 {
								c.Wait()
							}
						} else if items == 0 { // NOTE: incorrect
							c.Wait()
						}
						items--
					}()
				}
				synctest.Wait()
				put := func() {
					mu.Lock()
					items++
					mu.Unlock()
					c.Broadcast()
					synctest.Wait()
				}
				put()
				if items != left {
					t.Errorf("%d items left, want %d", items, left)
				}
				put() // so that the bubble can end
			})
		})
	}
}
