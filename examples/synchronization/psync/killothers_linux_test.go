package psync

import (
	"context"
	"testing"
	"time"
)

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
