package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/lockstep/examples/synchronization/psync"
	"golang.org/x/sync/semaphore"
	"golang.org/x/sys/unix"
)

// The contract tables: each primitive beside its twins in sync and x/sync and on files, in one
// process, where every participant has opened the file for itself. (fcntl's locks belong to the
// process, so that its participants cannot be goroutines: they are in the variant promises.)

func newPage(t *testing.T) []byte {
	file, memory := share[[4096]byte]()
	t.Cleanup(func() { file.Close() })
	return memory[:]
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func openFile(t *testing.T, path string) *os.File {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	must(t, err)
	t.Cleanup(func() { f.Close() })
	return f
}

// A rwLock is one participant's view of a lock. Without shared mode, rlock is lock.
type rwLock struct {
	lock, tryLock, unlock    func() error
	rlock, tryRLock, runlock func() error
}

// fileLock is a participant with a descriptor of its own.
func fileLock(t *testing.T, path, kind string) rwLock {
	f := openFile(t, path)
	do := func(typ int16, how int, cmd int) func() error {
		return func() error {
			if kind == "flock" {
				return unix.Flock(int(f.Fd()), how)
			}
			return unix.FcntlFlock(f.Fd(), cmd, &unix.Flock_t{Type: typ})
		}
	}
	return rwLock{
		do(unix.F_WRLCK, unix.LOCK_EX, unix.F_OFD_SETLKW),
		do(unix.F_WRLCK, unix.LOCK_EX|unix.LOCK_NB, unix.F_OFD_SETLK),
		do(unix.F_UNLCK, unix.LOCK_UN, unix.F_OFD_SETLK),
		do(unix.F_RDLCK, unix.LOCK_SH, unix.F_OFD_SETLKW),
		do(unix.F_RDLCK, unix.LOCK_SH|unix.LOCK_NB, unix.F_OFD_SETLK),
		do(unix.F_UNLCK, unix.LOCK_UN, unix.F_OFD_SETLK),
	}
}

// locks returns, by name, what opens a participant of one lock. Shared says whether it has a
// shared mode.
func locks(t *testing.T) map[string]struct {
	open   func() rwLock
	shared bool
} {
	mem, dir := newPage(t), t.TempDir()
	var mu sync.Mutex
	var rw sync.RWMutex
	type entry = struct {
		open   func() rwLock
		shared bool
	}
	return map[string]entry{
		"psync.Mutex": {func() rwLock {
			m, err := psync.OpenMutex(mem)
			must(t, err)
			return rwLock{m.Lock, m.TryLock, m.Unlock, nil, nil, nil}
		}, false},
		"psync.RWMutex": {func() rwLock {
			m, err := psync.OpenRWMutex(mem[512:])
			must(t, err)
			return rwLock{m.Lock, m.TryLock, m.Unlock, m.RLock, m.TryRLock, m.RUnlock}
		}, true},
		"sync.Mutex": {func() rwLock {
			return rwLock{nilErr(mu.Lock), orHeld(mu.TryLock), nilErr(mu.Unlock), nil, nil, nil}
		}, false},
		"sync.RWMutex": {func() rwLock {
			return rwLock{nilErr(rw.Lock), orHeld(rw.TryLock), nilErr(rw.Unlock),
				nilErr(rw.RLock), orHeld(rw.TryRLock), nilErr(rw.RUnlock)}
		}, true},
		"flock": {func() rwLock { return fileLock(t, filepath.Join(dir, "flock"), "flock") }, true},
		"ofd":   {func() rwLock { return fileLock(t, filepath.Join(dir, "ofd"), "ofd") }, true},
	}
}

func TestLockContract(t *testing.T) {
	for name, l := range locks(t) {
		t.Run(name, func(t *testing.T) {
			a, b := l.open(), l.open()
			must(t, a.lock())
			if b.tryLock() == nil {
				t.Fatal("locked twice")
			}
			must(t, a.unlock())
			must(t, b.tryLock())
			must(t, b.unlock())
			if l.shared {
				must(t, a.rlock())
				must(t, b.tryRLock())
				if c := l.open(); c.tryLock() == nil {
					t.Fatal("written beside two readers")
				}
				must(t, a.runlock())
				must(t, b.runlock())
				must(t, a.lock())
				if b.tryRLock() == nil {
					t.Fatal("read beside a writer")
				}
				must(t, a.unlock())
			}
			// Nothing is lost between a read and a write that belong together.
			var n atomic.Int64
			var wg sync.WaitGroup
			for range 4 {
				me := l.open()
				wg.Go(func() {
					for range 100 {
						must(t, me.lock())
						v := n.Load()
						runtime.Gosched()
						n.Store(v + 1)
						must(t, me.unlock())
					}
				})
			}
			wg.Wait()
			if n.Load() != 400 {
				t.Fatalf("%d of 400 additions", n.Load())
			}
		})
	}
}

// TestSemaphoreContract: at most k inside, and exactly k reached.
func TestSemaphoreContract(t *testing.T) {
	const n, k = 8, 3
	mem, dir := newPage(t), t.TempDir()
	weighted := semaphore.NewWeighted(k)
	type permits struct{ acquire, try, release func() error }
	for name, open := range map[string]func() permits{
		"psync": func() permits {
			s, err := psync.OpenSemaphore(mem, k)
			must(t, err)
			return permits{func() error { return s.Acquire(t.Context()) }, s.TryAcquire, s.Release}
		},
		"x/sync": func() permits {
			return permits{func() error { return weighted.Acquire(t.Context(), 1) },
				orHeld(func() bool { return weighted.TryAcquire(1) }), nilErr(func() { weighted.Release(1) })}
		},
		"bytes of a file": func() permits { return byteSemaphore(openFile(t, filepath.Join(dir, "bytes")), k) },
	} {
		t.Run(name, func(t *testing.T) {
			var inside, most atomic.Int64
			var wg sync.WaitGroup
			full := make(chan struct{}) // closed by the k-th: nobody leaves before
			for range n {
				p := open()
				wg.Go(func() {
					must(t, p.acquire())
					now := inside.Add(1)
					for old := most.Load(); now > old && !most.CompareAndSwap(old, now); old = most.Load() {
					}
					if now == k {
						select {
						case <-full:
						default:
							if open().try() == nil {
								t.Error("one more was let in")
							}
							close(full)
						}
					}
					<-full
					inside.Add(-1)
					must(t, p.release())
				})
			}
			wg.Wait()
			if most.Load() != k {
				t.Errorf("at most %d were inside, want exactly %d", most.Load(), k)
			}
		})
	}
}

// byteSemaphore is the portable one: a permit is a byte of a file, locked. To wait, it asks again.
func byteSemaphore(f *os.File, k int64) (p struct{ acquire, try, release func() error }) {
	mine := int64(-1)
	p.try = func() error {
		for at := range k {
			l := unix.Flock_t{Type: unix.F_WRLCK, Start: at, Len: 1}
			if err := unix.FcntlFlock(f.Fd(), unix.F_OFD_SETLK, &l); err == nil {
				mine = at
				return nil
			} else if !errors.Is(err, unix.EAGAIN) {
				return err
			}
		}
		return errHeld
	}
	p.acquire = func() error {
		for {
			if err := p.try(); !errors.Is(err, errHeld) {
				return err
			}
			runtime.Gosched()
		}
	}
	p.release = func() error {
		return unix.FcntlFlock(f.Fd(), unix.F_OFD_SETLK, &unix.Flock_t{Type: unix.F_UNLCK, Start: mine, Len: 1})
	}
	return p
}

// TestBarrierContract: nobody leaves a round before all have arrived in it.
func TestBarrierContract(t *testing.T) {
	const n, rounds = 4, 50
	mem := newPage(t)
	inProcess := newGenerationBarrier(n)
	for name, open := range map[string]func() func() error{
		"psync": func() func() error {
			b, err := psync.OpenBarrier(mem, n)
			must(t, err)
			return func() error { return b.Wait(t.Context()) }
		},
		"sync.Cond": func() func() error { return nilErr(inProcess.wait) },
	} {
		t.Run(name, func(t *testing.T) {
			var arrived atomic.Int64
			var wg sync.WaitGroup
			for range n {
				wait := open()
				wg.Go(func() {
					for r := 1; r <= rounds; r++ {
						arrived.Add(1)
						must(t, wait())
						if a := arrived.Load(); a < int64(n*r) {
							t.Errorf("round %d was left after %d arrivals of %d", r, a, n*r)
						}
					}
				})
			}
			wg.Wait()
		})
	}
}

// TestOnceContract: of n, one does it, and all find it done.
func TestOnceContract(t *testing.T) {
	mem, dir := newPage(t), t.TempDir()
	var inProcess sync.Once
	for name, do := range map[string]func(f func()) error{
		"psync": func(f func()) error {
			o, err := psync.OpenOnce(mem)
			must(t, err)
			return o.Do(context.Background(), func(bool) error { f(); return nil })
		},
		"sync": func(f func()) error { inProcess.Do(f); return nil },
		"locked file": func(f func()) error { // a file that is not empty is the mark
			file := openFile(t, filepath.Join(dir, "once"))
			l := fileLock(t, filepath.Join(dir, "once"), "flock")
			must(t, l.lock())
			defer l.unlock()
			if info, err := file.Stat(); err != nil || info.Size() > 0 {
				return err
			}
			f()
			_, err := fmt.Fprintln(file, "done")
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			var done atomic.Int64
			var wg sync.WaitGroup
			for range 8 {
				wg.Go(func() {
					must(t, do(func() { done.Add(1) }))
					if done.Load() != 1 {
						t.Errorf("done %d times", done.Load())
					}
				})
			}
			wg.Wait()
		})
	}
}

// TestDeathEndsTheOthers: two processes wait for items, and one of them is killed. The other would wait
// for ever; it is ended, and the error names the one that was killed.
func TestDeathEndsTheOthers(t *testing.T) {
	file, s := share[shelf]()
	defer file.Close()
	mu, _, err := s.open()
	must(t, err)
	takers := startAll(2, "consumer", "taker", file, false)
	must(t, eventually("two processes that wait", locked(mu, func() bool { return s.waiting == 2 })))
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

// A generationBarrier is the textbook's, with a generation.
type generationBarrier struct {
	mu         sync.Mutex
	c          *sync.Cond
	n          int
	arrived    int // guarded by mu
	generation int // guarded by mu
}

func newGenerationBarrier(n int) *generationBarrier {
	b := &generationBarrier{n: n}
	b.c = sync.NewCond(&b.mu)
	return b
}

func (b *generationBarrier) wait() {
	b.mu.Lock()
	defer b.mu.Unlock()
	g := b.generation
	if b.arrived++; b.arrived == b.n {
		b.arrived = 0
		b.generation++
		b.c.Broadcast()
	}
	for b.generation == g {
		b.c.Wait()
	}
}
