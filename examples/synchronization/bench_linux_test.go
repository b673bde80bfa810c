package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/synchronization/psync"
	"golang.org/x/sys/unix"
)

var background = context.Background()

// A desk is what the processes of a benchmark share. What they do not use at once lies on cache lines
// of its own.
type desk struct {
	mutex, first, second [64]byte
	number, rounds       int64 // guarded by the lock that is measured
	turn                 atomic.Uint32
	_                    [44]byte
	had                  [4]struct {
		turns   int64
		longest time.Duration
		_       [48]byte
	}
}

func init() {
	addTestRoles = func(p *lockstep.Program) {
		p.Role("contender", contender)
		p.Role("partner", partner)
	}
}

// benchLock opens a lock of that kind that waits. A pipe's lock is a token: one byte that is read
// to lock and written to unlock. The file exists, and the token is in the pipe.
func benchLock(kind string, d *desk, path string) (lock, unlock func() error, err error) {
	switch kind {
	case "psync":
		m, err := psync.OpenMutex(d.mutex[:])
		return m.Lock, m.Unlock, err
	case "sync":
		return nilErr(inProcess.Lock), nilErr(inProcess.Unlock), nil
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, nil, err
	}
	if kind == "pipe" {
		token := make([]byte, 1)
		return func() error { _, err := f.Read(token); return err },
			func() error { _, err := f.Write(token); return err }, nil
	}
	return func() error { return unix.Flock(int(f.Fd()), unix.LOCK_EX) },
		func() error { return unix.Flock(int(f.Fd()), unix.LOCK_UN) }, nil
}

// newBench returns shared memory and the path of the file on which the locks that need one are.
func newBench(b *testing.B, kind string) (*os.File, *desk, string) {
	file, d := share[desk]()
	b.Cleanup(func() { file.Close() })
	path := filepath.Join(b.TempDir(), "lock")
	if kind == "pipe" {
		if err := unix.Mkfifo(path, 0o600); err != nil {
			b.Fatal(err)
		}
		f, err := os.OpenFile(path, os.O_RDWR, 0)
		if err == nil {
			b.Cleanup(func() { f.Close() })
			_, err = f.Write([]byte{1})
		}
		if err != nil {
			b.Fatal(err)
		}
	} else if err := os.WriteFile(path, nil, 0o600); err != nil {
		b.Fatal(err)
	}
	return file, d, path
}

func ok(b *testing.B, err error) {
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkUncontended locks and unlocks what nobody else wants.
func BenchmarkUncontended(b *testing.B) {
	for _, kind := range []string{"psync", "sync", "flock", "pipe"} {
		b.Run("lock="+kind, func(b *testing.B) {
			_, d, path := newBench(b, kind)
			if kind == "psync" { // as it is called in a program, not through a variable
				m, err := psync.OpenMutex(d.mutex[:])
				ok(b, err)
				for b.Loop() {
					m.Lock()
					m.Unlock()
				}
				return
			}
			if kind == "sync" {
				for b.Loop() {
					inProcess.Lock()
					//lint:ignore SA2001 the pair alone is what is measured
					inProcess.Unlock()
				}
				return
			}
			lock, unlock, err := benchLock(kind, d, path)
			ok(b, err)
			for b.Loop() {
				ok(b, lock())
				ok(b, unlock())
			}
		})
	}
}

// contend takes the lock until the number that it guards is n. It returns how often it had it, and
// its longest wait. To hold it takes about a microsecond.
func contend(lock, unlock func() error, number *int64, n int64) (had int64, longest time.Duration, err error) {
	for {
		begin := time.Now()
		if err := lock(); err != nil {
			return had, longest, err
		}
		longest = max(longest, time.Since(begin))
		v := *number
		for until := time.Now().Add(time.Microsecond); time.Now().Before(until); {
		}
		if v < n {
			*number = v + 1
			had++
		}
		if err := unlock(); err != nil || v >= n {
			return had, longest, err
		}
	}
}

func contender(args lockstep.Args) {
	d, me := mapped[desk](args.File(0)), args.Int(3)
	lock, unlock, err := benchLock(args[1], d, args[2])
	lockstep.Check(err)
	lockstep.Turn()
	lockstep.Done("ready")
	lockstep.Turn()
	d.had[me].turns, d.had[me].longest, err = contend(lock, unlock, &d.number, d.rounds)
	lockstep.Check(err)
	lockstep.Done("")
}

// BenchmarkContended has processes (goroutines for sync) take one lock as fast as they can, each
// holding it for a microsecond. Beside the time for one turn it reports fairness: the longest wait
// in ms, and the share of the turns that the luckiest had.
func BenchmarkContended(b *testing.B) {
	for _, kind := range []string{"psync", "sync", "flock", "pipe"} {
		for _, n := range []int{1, 2, 4} {
			b.Run(fmt.Sprintf("lock=%s/processes=%d", kind, n), func(b *testing.B) {
				file, d, path := newBench(b, kind)
				d.rounds = int64(b.N)
				if kind == "sync" {
					var wg sync.WaitGroup
					lock, unlock, err := benchLock(kind, d, path)
					ok(b, err)
					b.ResetTimer()
					for i := range n {
						wg.Go(func() {
							d.had[i].turns, d.had[i].longest, _ = contend(lock, unlock, &d.number, d.rounds)
						})
					}
					wg.Wait()
					b.StopTimer()
				} else {
					contenders := make([]*lockstep.Process, n)
					for i := range contenders {
						p, err := lockstep.Start(fmt.Sprintf("contender %d", i+1), "contender", file, kind, path, i)
						ok(b, err)
						contenders[i] = p
					}
					stepAll(contenders)
					b.ResetTimer()
					for _, p := range contenders {
						p.Allow()
					}
					for _, p := range contenders {
						_, err := p.Answer()
						ok(b, err)
					}
					b.StopTimer()
					ok(b, lockstep.WaitAll(contenders...))
				}
				most, longestOfAll := int64(0), time.Duration(0)
				for i := range n {
					most, longestOfAll = max(most, d.had[i].turns), max(longestOfAll, d.had[i].longest)
				}
				b.ReportMetric(float64(most)/float64(b.N), "share")
				b.ReportMetric(float64(longestOfAll.Microseconds())/1000, "ms")
			})
		}
	}
}

// A relay is one end of a hand-off: it waits until it is this end's turn, and makes it the other's.
type relay func() error

func newRelay(by string, d *desk, path string, me int) (relay, error) {
	other := 1 - me
	switch by {
	case "futex": // the yardstick: nothing but the two system calls
		turn := &d.turn
		return func() error {
			for turn.Load() != uint32(me) {
				if err := futexWait(turn, uint32(other), time.Hour); err != nil {
					return err
				}
			}
			turn.Store(uint32(other))
			futexWake(turn, 1)
			return nil
		}, nil
	case "event":
		events := [][]byte{d.first[:], d.second[:]}
		mine, err := psync.OpenEvent(events[me])
		if err != nil {
			return nil, err
		}
		its, err := psync.OpenEvent(events[other])
		return func() error {
			if err := mine.Wait(background); err != nil {
				return err
			}
			mine.Reset()
			return its.Set()
		}, err
	case "cond":
		m, err := psync.OpenMutex(d.mutex[:])
		if err != nil {
			return nil, err
		}
		c, err := psync.OpenCond(d.first[:], m)
		return func() error {
			err := m.Lock()
			for err == nil && d.number != int64(me) {
				err = c.Wait(background)
			}
			d.number = int64(other)
			// Unlocked first: who is signalled would only sleep again.
			return errors.Join(err, m.Unlock(), c.Signal())
		}, err
	}
	// A pipe for each direction; opened for both, so that neither end waits for the other's.
	mine, err := os.OpenFile(fmt.Sprint(path, me), os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	its, err := os.OpenFile(fmt.Sprint(path, other), os.O_RDWR, 0)
	token := make([]byte, 1)
	return func() error {
		if _, err := mine.Read(token); err != nil {
			return err
		}
		_, err := its.Write(token)
		return err
	}, err
}

func partner(args lockstep.Args) {
	relay, err := newRelay(args[1], mapped[desk](args.File(0)), args[2], 1)
	lockstep.Check(err)
	lockstep.Turn()
	lockstep.Done("ready")
	for range args.Int(3) {
		lockstep.Check(relay())
	}
}

// BenchmarkHandoff passes a turn to and fro between two processes (goroutines for chan). One
// operation is one hand-off.
func BenchmarkHandoff(b *testing.B) {
	for _, by := range []string{"futex", "event", "cond", "pipe", "chan"} {
		b.Run("by="+by, func(b *testing.B) {
			file, d, path := newBench(b, by)
			rounds := (b.N + 1) / 2
			if by == "chan" {
				there, back := make(chan struct{}), make(chan struct{})
				go func() {
					for range there {
						back <- struct{}{}
					}
				}()
				b.ResetTimer()
				for range rounds {
					there <- struct{}{}
					<-back
				}
				close(there)
				return
			}
			if by == "pipe" {
				os.Remove(path)
				for end := range 2 {
					ok(b, unix.Mkfifo(fmt.Sprint(path, end), 0o600))
				}
				mine, err := os.OpenFile(path+"0", os.O_RDWR, 0)
				ok(b, err)
				defer mine.Close()
				_, err = mine.Write([]byte{1})
				ok(b, err)
			}
			r, err := newRelay(by, d, path, 0)
			ok(b, err)
			if by == "event" {
				first, err := psync.OpenEvent(d.first[:])
				ok(b, err)
				ok(b, first.Set())
			}
			partner, err := lockstep.Start("partner", "partner", file, by, path, rounds)
			ok(b, err)
			_, err = partner.Step()
			ok(b, err)
			b.ResetTimer()
			for range rounds {
				ok(b, r())
			}
			ok(b, partner.Wait())
		})
	}
}
