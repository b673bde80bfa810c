package psync

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func openKind(mem []byte, kind int) error {
	var err error
	switch kind {
	case kindMutex:
		_, err = OpenMutex(mem)
	case kindRWMutex:
		_, err = OpenRWMutex(mem)
	case kindSemaphore:
		_, err = OpenSemaphore(mem, permits)
	case kindBarrier:
		_, err = OpenBarrier(mem, parties)
	case kindCond:
		_, err = OpenCond(mem, nil)
	case kindEvent:
		_, err = OpenEvent(mem)
	case kindOnce:
		_, err = OpenOnce(mem)
	}
	return err
}

// TestLayoutIsChecked damages good primitives of each kind, and opens them again.
func TestLayoutIsChecked(t *testing.T) {
	put := binary.NativeEndian.PutUint64
	for _, c := range []struct {
		what   string
		kinds  []int
		damage func(mem []byte) []byte
	}{
		{"size", nil, func(mem []byte) []byte { return mem[:63] }},
		{"size", nil, func(mem []byte) []byte { return nil }},
		{"alignment", nil, func(mem []byte) []byte { return mem[8:] }},
		{"magic", nil, func(mem []byte) []byte { copy(mem, "some other file"); return mem }},
		{"magic", nil, func(mem []byte) []byte { clear(mem[:8]); mem[40] = 1; return mem }},
		{"version", nil, func(mem []byte) []byte { mem[2]++; return mem }},
		{"kind", nil, func(mem []byte) []byte { mem[3] += 100; return mem }},
		{"domain", nil, func(mem []byte) []byte { mem[5]++; return mem }},
		{"state", []int{kindMutex, kindRWMutex, kindOnce}, func(mem []byte) []byte { put(mem[8:], 1<<25); return mem }},
		{"state", []int{kindMutex, kindRWMutex, kindOnce}, func(mem []byte) []byte { put(mem[8:], 1<<40); return mem }},
		{"state", []int{kindEvent, kindOnce}, func(mem []byte) []byte { mem[20] = 2; return mem }},
		{"state", []int{kindRWMutex, kindSemaphore, kindBarrier}, func(mem []byte) []byte { put(mem[128:], 1<<30); return mem }},
		{"limit", []int{kindSemaphore, kindBarrier}, func(mem []byte) []byte { mem[8]++; return mem }},
	} {
		if c.kinds == nil {
			c.kinds = []int{kindMutex, kindRWMutex, kindSemaphore, kindBarrier, kindCond, kindEvent, kindOnce}
		}
		for _, kind := range c.kinds {
			_, mem := newPage(t)
			must(t, openKind(mem, kind))
			var got *LayoutError
			if err := openKind(c.damage(mem), kind); !errors.As(err, &got) || got.What != c.what {
				t.Errorf("kind %d, wrong %s: %v", kind, c.what, err)
			}
		}
	}
}

func TestLimitIsChecked(t *testing.T) {
	_, mem := newPage(t)
	for _, n := range []int{-1, 0, MaxHolders + 1} {
		var got *LayoutError
		if _, err := OpenSemaphore(mem, n); !errors.As(err, &got) || got.What != "limit" {
			t.Errorf("%d permits: %v", n, err)
		}
		if _, err := OpenBarrier(mem, n); !errors.As(err, &got) || got.What != "limit" {
			t.Errorf("%d parties: %v", n, err)
		}
	}
}

// TestDamageInUse: a word that is overwritten while the mutex is in use ends waits with an error.
func TestDamageInUse(t *testing.T) {
	page, p := open3(t)
	a := newActor(t, page)
	must(t, p.m.Lock())
	a.tell("lock")
	a.asleep(1)
	p.m.owner.Store(1 << 25)
	if got := a.hear(); !strings.Contains(got, "state") {
		t.Fatal(got)
	}
	var wrong *LayoutError
	if err := p.m.Lock(); !errors.As(err, &wrong) {
		t.Fatal(err)
	}
	if err := p.m.TryLock(); !errors.As(err, &wrong) {
		t.Fatal(err)
	}
}

// TestOtherPidNamespace: there the same pid is somebody else.
func TestOtherPidNamespace(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("a pid namespace needs root")
	}
	page, p := open3(t)
	a := newActor(t, page)
	a.want("ok", "lock")
	path, err := os.Executable()
	must(t, err)
	cmd := exec.Command("unshare", "--pid", "--fork", "--mount-proc", "--kill-child", path, "actor")
	r, w, err := os.Pipe()
	must(t, err)
	defer r.Close()
	cmd.ExtraFiles = []*os.File{page, w}
	out, err := cmd.CombinedOutput()
	w.Close()
	if errors.Is(err, exec.ErrNotFound) || strings.Contains(string(out), "Operation not permitted") {
		t.Skipf("no pid namespace to be had here: %s %v (apt-get install util-linux)", out, err)
	}
	if !strings.Contains(string(out), "domain is") {
		t.Fatalf("opened from another pid namespace: %s %v", out, err)
	}
	wantErr(t, p.m.TryLock(), ErrLocked)
}

// FuzzOpen: whatever lies in the memory, it is opened or refused, and a try returns.
func FuzzOpen(f *testing.F) {
	_, mem := newPage(f)
	for kind := range kindOnce + 1 {
		clear(mem)
		openKind(mem, kind)
		f.Add(mem[:BarrierSize], uint8(kind))
	}
	f.Add([]byte("some other file"), uint8(kindMutex))
	f.Add([]byte{}, uint8(kindBarrier))
	f.Fuzz(func(t *testing.T, data []byte, kind uint8) {
		_, mem := newPage(t)
		copy(mem, data)
		err := openKind(mem[:min(len(data), len(mem))], int(kind))
		if wrong := (*LayoutError)(nil); err != nil && !errors.As(err, &wrong) && err != ErrFull {
			t.Fatal(err)
		}
		if err != nil {
			return
		}
		start := time.Now()
		if m, err := OpenMutex(mem); err == nil && m.TryLock() == nil {
			must(t, m.Unlock())
		}
		if rw, err := OpenRWMutex(mem); err == nil && rw.TryRLock() == nil {
			must(t, rw.RUnlock())
		}
		if time.Since(start) > patience {
			t.Fatal("a try took too long")
		}
	})
}

func FuzzParseStat(f *testing.F) {
	own, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(own)
	f.Add([]byte("7 (a) b) R (c)) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 4242 0 0"))
	f.Add([]byte("7 (a"))
	f.Add([]byte(""))
	f.Fuzz(func(t *testing.T, stat []byte) {
		if id, _, err := parseStat(stat); err == nil && id&pidBits == 0 {
			t.Fatalf("%q has pid 0", stat)
		}
	})
	if id, _, err := parseStat([]byte("7 (a) b) R (c)) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 4242 0 0")); id != 7|4242<<32 || err != nil {
		f.Fatal(id, err)
	}
}

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
