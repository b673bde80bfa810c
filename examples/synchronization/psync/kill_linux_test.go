package psync

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestKilledAnywhere kills a process at each point inside Lock, the critical section and Unlock,
// while another one sleeps in Lock, and says how that one goes on.
func TestKilledAnywhere(t *testing.T) {
	const died = "psync: the owner died while it held the lock"
	for _, c := range []struct {
		point string
		owner bool // does the victim own the lock there?
		next  string
		reach func(t *testing.T, page *os.File, mine *Mutex, victim *actor) (sleeper *actor)
	}{
		{"lock/enter", false, "ok", whileHeld},
		{"lock/sleep", false, "ok", whileHeld},
		{"asleep", false, "ok", sleeping},
		{"lock/woken", false, "ok", woken},
		{"lock/free", false, "ok", whenFreed},
		{"lock/taken", true, died, whenFreed},
		{"lock/dead-seen", false, died, afterDeath},
		{"lock/dead-marked", false, died, afterDeath},
		{"critical", true, died, inside},
		{"repair", true, died, repairing},
		{"unlock/enter", true, died, unlocking},
		{"unlock/free", false, "ok", unlocking},
		{"unlock/done", false, "ok", unlocking},
	} {
		t.Run(c.point, func(t *testing.T) {
			t.Parallel()
			page, mem := newPage(t)
			mine, err := OpenMutex(mem)
			if err != nil {
				t.Fatal(err)
			}
			victim := newActor(t, page)
			victim.want("ok", "gate "+c.point)
			next := c.reach(t, page, mine, victim)

			// It is alive and stands still, for longer than anybody sleeps without looking.
			if c.owner {
				if err := mine.TryLock(); err != ErrLocked {
					t.Fatalf("beside a live owner, TryLock: %v", err)
				}
				ctx, cancel := context.WithTimeout(t.Context(), 2*bound)
				defer cancel()
				if err := mine.LockContext(ctx); err != context.DeadlineExceeded {
					t.Fatalf("beside a live owner, LockContext: %v", err)
				}
			}
			if next == nil {
				next = newActor(t, page)
				next.tell("lock")
				if c.owner || mine.owner.Load()&nameBits == mine.self {
					next.asleep(1)
				}
			}
			victim.kill()
			dead, lag := time.Now(), measureLag()
			if mine.owner.Load()&nameBits == mine.self {
				if err := mine.Unlock(); err != nil {
					t.Fatal(err)
				}
			}
			next.wantAnswer(c.next)
			took, late := time.Since(dead).Round(time.Millisecond), lag()
			t.Logf("went on after %v", took)
			if took > time.Second+late {
				t.Errorf("went on after %v, want a second at most (and %v, by which plain sleeps were late)", took, late)
			}
			if c.next == died {
				// Still so for everybody, until it is repaired.
				if err := mine.Lock(); err != ErrOwnerDied {
					t.Fatalf("suspect, Lock: %v", err)
				}
				if err := mine.TryLock(); err != ErrOwnerDied {
					t.Fatalf("suspect, TryLock: %v", err)
				}
				next.want("cannot repair", "failrepair")
				next.want(died, "lock")
				next.want("ok", "repair")
			}
			if err := mine.TryLock(); err != ErrLocked {
				t.Fatalf("held by the next, TryLock: %v", err)
			}
			next.want("ok", "unlock")
			if err := mine.Lock(); err != nil {
				t.Fatal(err)
			}
			if err := mine.Unlock(); err != nil {
				t.Fatal(err)
			}
			if w := mine.owner.Load(); w != 0 {
				t.Fatalf("in the end the word is %#x", w)
			}
		})
	}
}

// measureLag measures, until the returned function is called, by how much short sleeps in this
// process are late. A machine that has no time for us proves nothing about a lock.
func measureLag() (stop func() time.Duration) {
	var late atomic.Int64
	done := make(chan bool)
	go func() {
		const nap = 10 * time.Millisecond
		for {
			begin := time.Now()
			select {
			case <-done:
				return
			case <-time.After(nap):
				late.Add(int64(max(0, time.Since(begin)-nap)))
			}
		}
	}()
	return func() time.Duration {
		time.Sleep(time.Millisecond) // a nap that is over is counted
		close(done)
		return time.Duration(late.Load()).Round(time.Millisecond)
	}
}

// What brings the victim to its point. It may return another process that sleeps in Lock by then.

// whileHeld: before the lock is free, as we hold it.
func whileHeld(t *testing.T, _ *os.File, mine *Mutex, victim *actor) *actor {
	if err := mine.Lock(); err != nil {
		t.Fatal(err)
	}
	victim.tell("lock")
	victim.hear()
	return nil
}

// sleeping: in the kernel.
func sleeping(t *testing.T, _ *os.File, mine *Mutex, victim *actor) *actor {
	if err := mine.Lock(); err != nil {
		t.Fatal(err)
	}
	victim.tell("lock")
	victim.asleep(1)
	return nil
}

// whenFreed: woken by us.
func whenFreed(t *testing.T, page *os.File, mine *Mutex, victim *actor) *actor {
	victim.want("ok", "patient")
	sleeping(t, page, mine, victim)
	if err := mine.Unlock(); err != nil {
		t.Fatal(err)
	}
	victim.hear()
	return nil
}

// woken: the wake-up was the only one, and another sleeps on.
func woken(t *testing.T, page *os.File, mine *Mutex, victim *actor) *actor {
	victim.want("ok", "patient")
	sleeping(t, page, mine, victim)
	victim.interrupt()
	victim.asleep(1)
	next := newActor(t, page)
	next.tell("lock")
	next.asleep(1)
	if err := mine.Unlock(); err != nil {
		t.Fatal(err)
	}
	victim.hear()
	return next
}

// afterDeath: when it finds that the owner for whom it waits was killed.
func afterDeath(t *testing.T, page *os.File, _ *Mutex, victim *actor) *actor {
	first := newActor(t, page)
	first.want("ok", "lock")
	victim.tell("lock")
	victim.asleep(1)
	first.kill()
	victim.hear()
	return nil
}

func inside(t *testing.T, _ *os.File, _ *Mutex, victim *actor) *actor {
	victim.want("ok", "lock")
	return nil
}

func repairing(t *testing.T, page *os.File, mine *Mutex, victim *actor) *actor {
	first := newActor(t, page)
	first.want("ok", "lock")
	first.kill()
	victim.want("at repair", "repair")
	return nil
}

// unlocking: in an Unlock that somebody sleeps for.
func unlocking(t *testing.T, page *os.File, _ *Mutex, victim *actor) *actor {
	victim.want("ok", "lock")
	next := newActor(t, page)
	next.tell("lock")
	next.asleep(1)
	victim.tell("unlock")
	victim.hear()
	return next
}

// TestReusedPid kills an owner and has the kernel give its pid to another process, in a pid
// namespace of its own, where nobody else takes pids and the next one can be chosen.
func TestReusedPid(t *testing.T) {
	path, err := os.Executable()
	must(t, err)
	out, err := exec.Command("unshare", "--pid", "--fork", "--mount-proc", "--kill-child", path, "reuse").CombinedOutput()
	if errors.Is(err, exec.ErrNotFound) || strings.Contains(string(out), "Operation not permitted") {
		t.Skipf("a pid namespace needs root and unshare (apt-get install util-linux): %s %v", out, err)
	}
	if err != nil || string(out) != "the owner died, and its pid is reused\n" {
		t.Fatalf("%s %v", out, err)
	}
}

func reuse() error {
	fd, err := unix.MemfdCreate("psync", unix.MFD_CLOEXEC)
	if err != nil {
		return err
	}
	page := os.NewFile(uintptr(fd), "page")
	if err := page.Truncate(pageSize); err != nil {
		return err
	}
	mem, err := unix.Mmap(fd, 0, pageSize, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return err
	}
	m, err := OpenMutex(mem[atMutex:])
	if err != nil {
		return err
	}
	first := exec.Command("/proc/self/exe", "lock-and-exit")
	first.ExtraFiles = []*os.File{page}
	if err := first.Run(); err != nil {
		return err
	}
	pid := first.Process.Pid
	// Start times are told apart by ticks of 10 ms. Without our help the kernel would need longer
	// to come back to the same pid.
	time.Sleep(30 * time.Millisecond)
	for range 100 { // a thread of ours may take the pid first
		if err := os.WriteFile("/proc/sys/kernel/ns_last_pid", []byte(strconv.Itoa(pid-1)), 0); err != nil {
			return err
		}
		second := exec.Command("cat")
		in, err := second.StdinPipe()
		if err == nil {
			err = second.Start()
		}
		if err != nil {
			return err
		}
		reused := second.Process.Pid == pid
		if reused {
			if err := m.TryLock(); err != ErrOwnerDied {
				return fmt.Errorf("pid %d is reused: %v", pid, err)
			}
		}
		in.Close()
		if err := second.Wait(); err != nil || reused {
			fmt.Println("the owner died, and its pid is reused")
			return err
		}
	}
	return errors.New("the pid was not given again")
}

// TestStartTimeTells: the pid of an owner and another start time are nobody who lives.
func TestStartTimeTells(t *testing.T) {
	page, mem := newPage(t)
	m, err := OpenMutex(mem)
	if err != nil {
		t.Fatal(err)
	}
	other := newActor(t, page)
	other.want("ok", "lock")
	live := m.owner.Load()
	if !alive(live) {
		t.Fatal("a live owner is taken for dead")
	}
	m.owner.Store(live - 1<<32) // the same pid, started a tick before
	if err := m.TryLock(); !errors.Is(err, ErrOwnerDied) {
		t.Fatalf("TryLock: %v", err)
	}
	m.owner.Store(live)
	if err := m.TryLock(); !errors.Is(err, ErrLocked) {
		t.Fatalf("TryLock: %v", err)
	}
}

// TestZombieIsDead: a process that was killed and not yet waited for holds no lock.
func TestZombieIsDead(t *testing.T) {
	page, mem := newPage(t)
	m, err := OpenMutex(mem)
	if err != nil {
		t.Fatal(err)
	}
	victim := newActor(t, page)
	victim.want("ok", "lock")
	if err := victim.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := m.LockContext(ctx); err != ErrOwnerDied {
		t.Fatal(err)
	}
	victim.cmd.Wait()
}

// TestKilledElsewhere does for the others what TestKilledAnywhere does for the mutex: it kills a
// process at a point inside what it does, while another one sleeps for it, and says how that one
// goes on.
func TestKilledElsewhere(t *testing.T) {
	for _, c := range []struct {
		has, does string // what the victim has done before, and what it is killed in
		point     string
		sleeps    string // what the other one does meanwhile
		want      string
	}{
		{"rlock", "runlock", "runlock/free", "wlock", "ok"},
		{"rlock", "runlock", "advance/counted", "wlock", "ok"},
		{"wlock", "wunlock", "unlock/enter", "rlock", died},
		{"wlock", "wunlock", "unlock/enter", "wlock", died},
		{"wlock", "wunlock", "unlock/free", "rlock", "ok"},
		{"wlock", "wunlock", "unlock/free", "wlock", "ok"},
		{"acquire", "release", "release/free", "acquire", "ok"},
		{"acquire", "release", "advance/counted", "acquire", "ok"},
		{"join", "barrier", "barrier/arrived", "barrier", "ok"},
		{"join", "barrier", "advance/counted", "barrier", "ok"},
		{"", "set", "event/set", "wait", "ok"},
		{"", "set", "advance/counted", "wait", "ok"},
		{"", "broadcast", "advance/counted", "condwait", "ok"},
		{"", "signal", "advance/counted", "condwait", "ok"},
	} {
		t.Run(c.does+" at "+c.point+", "+c.sleeps, func(t *testing.T) {
			t.Parallel()
			page, p := open3(t)
			for range permits - 1 {
				must(t, p.s.TryAcquire())
			}
			victim, next := newActor(t, page), newActor(t, page)
			if c.has != "" {
				victim.want("ok", c.has)
			}
			switch c.sleeps {
			case "barrier": // the third party is there already
				b, err := OpenBarrier(p.mem[atBarrier:], parties)
				must(t, err)
				ctx, cancel := context.WithCancel(t.Context())
				cancel()
				wantErr(t, b.Wait(ctx), context.Canceled)
				next.want("ok", "join")
			case "condwait":
				next.want("ok", "lock")
			}
			next.tell(c.sleeps)
			next.asleep(1)
			victim.want("ok", "gate "+c.point)
			victim.want("at "+c.point, c.does)
			victim.kill()
			dead, lag := time.Now(), measureLag()
			next.wantAnswer(c.want)
			took, late := time.Since(dead).Round(time.Millisecond), lag()
			if took > time.Second+late {
				t.Errorf("went on after %v, want a second at most (and %v, by which plain sleeps were late)", took, late)
			}
		})
	}
}

// TestKilledWaiting kills a process that waits, just before it sleeps. Then what it waited for
// comes, and others get it.
func TestKilledWaiting(t *testing.T) {
	for _, c := range []struct {
		has, does, point string // of the victim
		wants, want      string // of the other
	}{
		{"", "acquire", "await/sleep", "acquire", "ok"},
		{"", "rlock", "lock/sleep", "rlock", "ok"},
		{"lock", "condwait", "cond/sleep", "lock", "ok"},
		// A writer that waits for readers has the lock already. Nobody can tell what it has done.
		{"", "wlock", "await/sleep", "rlock", died},
	} {
		t.Run(c.does, func(t *testing.T) {
			t.Parallel()
			page, p := open3(t)
			for range permits {
				must(t, p.s.TryAcquire())
			}
			if c.does == "rlock" {
				must(t, p.rw.Lock())
			} else {
				must(t, p.rw.RLock())
			}
			victim, next := newActor(t, page), newActor(t, page)
			if c.has != "" {
				victim.want("ok", c.has)
			}
			victim.want("ok", "gate "+c.point)
			victim.want("at "+c.point, c.does)
			next.tell(c.wants)
			if c.wants == "acquire" || c.wants == "rlock" {
				next.asleep(1)
			}
			victim.kill()
			must(t, p.s.Release())
			if c.does == "rlock" {
				must(t, p.rw.Unlock())
			}
			next.wantAnswer(c.want)
		})
	}
}
