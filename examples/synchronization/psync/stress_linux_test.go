package psync

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"
)

var stressFor = flag.Duration("stress", time.Second, "how long TestStress locks, unlocks and kills")

// What the stressed locks guard: two numbers that are equal when nobody is inside. Atomic only so
// that the compiler leaves every access where it is; the lock has to do the rest.
type guarded struct{ inside, a, b, entries, repairs atomic.Int64 }

func stressData(mem []byte) (mutex, rw *guarded) {
	return (*guarded)(unsafe.Pointer(&mem[atData])), (*guarded)(unsafe.Pointer(&mem[atData+64]))
}

func (g *guarded) check(who string) error {
	if in, a, b := g.inside.Load(), g.a.Load(), g.b.Load(); in != 0 || a != b {
		return fmt.Errorf("%s: inside is %d, a %d, b %d", who, in, a, b)
	}
	return nil
}

func (g *guarded) change(rnd *rand.Rand) {
	g.inside.Store(int64(os.Getpid()))
	g.a.Add(1)
	for range rnd.IntN(20000) { // time to be killed in
		g.entries.Load()
	}
	g.b.Add(1)
	g.entries.Add(1)
	g.inside.Store(0)
}

func (g *guarded) repair() error {
	g.repairs.Add(1)
	g.b.Store(g.a.Load())
	g.inside.Store(0)
	return nil
}

// stress is a child of TestStress: it says that it is there, and takes locks in random ways until
// its input ends.
func stress(args []string) error {
	p, err := childPage()
	if err != nil {
		return err
	}
	seed, err := strconv.ParseUint(args[0], 10, 64)
	if err != nil {
		return err
	}
	rnd := rand.New(rand.NewPCG(seed, 0))
	var ended atomic.Bool
	go func() {
		io.Copy(io.Discard, os.Stdin)
		ended.Store(true)
	}()
	forMutex, forRW := stressData(p.mem)
	if _, err := os.Stdout.WriteString("."); err != nil {
		return err
	}
	for !ended.Load() {
		var err error
		switch rnd.IntN(5) {
		case 0:
			if err = p.s.Acquire(context.Background()); err == nil {
				err = p.s.Release()
			}
		case 1:
			if err = p.rw.RLock(); err == nil {
				err = errors.Join(forRW.check("reader"), p.rw.RUnlock())
			}
		case 2:
			err = stressLock(rnd, p.rw, forRW)
		case 3:
			err = stressLock(rnd, p.m, forMutex)
		case 4:
			err = stressCond(rnd, p, forMutex)
		}
		if errors.Is(err, ErrOwnerDied) {
			continue // a writer will repair it
		}
		if err != nil {
			return err
		}
	}
	return nil
}

type locker interface {
	Lock() error
	LockContext(context.Context) error
	TryLock() error
	LockRepair(context.Context, func() error) error
	Unlock() error
}

func stressLock(rnd *rand.Rand, l locker, g *guarded) (err error) {
	switch rnd.IntN(4) {
	case 0:
		err = l.Lock()
	case 1:
		err = l.TryLock()
	case 2:
		ctx, cancel := context.WithTimeout(context.Background(), time.Duration(rnd.IntN(3000))*time.Microsecond)
		defer cancel()
		err = l.LockContext(ctx)
	case 3:
		err = l.LockRepair(context.Background(), g.repair)
	}
	switch {
	case errors.Is(err, ErrOwnerDied):
		if err := l.LockRepair(context.Background(), g.repair); err != nil {
			return err
		}
	case err == ErrLocked || errors.Is(err, context.DeadlineExceeded):
		return nil
	case err != nil:
		return err
	}
	if err := g.check("writer"); err != nil {
		return err
	}
	g.change(rnd)
	return l.Unlock()
}

// stressCond waits for a change, for as long as it likes, and makes one.
func stressCond(rnd *rand.Rand, p all, g *guarded) error {
	if err := p.m.LockRepair(context.Background(), g.repair); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(rnd.IntN(5000))*time.Microsecond)
	defer cancel()
	err := p.c.Wait(ctx) // locked again, whatever it is
	if errors.Is(err, ErrOwnerDied) {
		if unlockErr := p.m.Unlock(); unlockErr != nil { // it stays suspect
			return unlockErr
		}
		return err
	}
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if err := g.check("cond"); err != nil {
		return err
	}
	g.change(rnd)
	if rnd.IntN(2) == 0 {
		return errors.Join(p.c.Signal(), p.m.Unlock())
	}
	return errors.Join(p.m.Unlock(), p.c.Broadcast())
}

// TestStress has processes lock and unlock while others of them are killed, at any moment. What
// the locks guard stays whole, nobody hangs, and the locks work when all is over.
func TestStress(t *testing.T) {
	if testing.Short() {
		*stressFor = 200 * time.Millisecond
	}
	page, p := open3(t)
	path, err := os.Executable()
	must(t, err)
	type child struct {
		cmd    *exec.Cmd
		in     io.Closer
		out    io.Reader
		stderr *bytes.Buffer
	}
	start := func() *child {
		c := &child{cmd: exec.Command(path, "stress", strconv.FormatUint(rand.Uint64(), 10)), stderr: new(bytes.Buffer)}
		c.cmd.ExtraFiles = []*os.File{page}
		c.cmd.Stderr = c.stderr
		c.in, err = c.cmd.StdinPipe()
		must(t, err)
		c.out, err = c.cmd.StdoutPipe()
		must(t, err)
		must(t, c.cmd.Start())
		return c
	}
	children := make([]*child, 4)
	for i := range children {
		children[i] = start()
	}
	defer func() {
		for _, c := range children {
			c.cmd.Process.Kill()
		}
	}()
	forMutex, forRW := stressData(p.mem)
	began, kills := time.Now(), 0
	for ; ; kills++ {
		idle := forMutex.entries.Load() == 0 || forRW.entries.Load() == 0
		if spent := time.Since(began); spent > *stressFor && (!idle || spent > *stressFor+patience) {
			break
		}
		i := rand.IntN(len(children))
		victim := children[i]
		late := time.AfterFunc(patience, func() { victim.cmd.Process.Kill() })
		if _, err := io.ReadFull(victim.out, make([]byte, 1)); err != nil { // until it is at work
			t.Fatalf("child %d: %v %s", i, err, victim.stderr)
		}
		late.Stop()
		time.Sleep(time.Duration(rand.IntN(10)) * time.Millisecond) // any moment of it will do
		must(t, victim.cmd.Process.Kill())
		victim.cmd.Wait()
		if s := victim.stderr.String(); s != "" {
			t.Fatal(s)
		}
		children[i] = start()
	}
	for _, c := range children {
		c.in.Close()
	}
	for i, c := range children {
		hung := time.AfterFunc(patience, func() {
			t.Errorf("child %d hangs", i)
			c.cmd.Process.Kill()
		})
		if err := c.cmd.Wait(); err != nil {
			t.Errorf("child %d: %v %s", i, err, c.stderr)
		}
		hung.Stop()
	}
	must(t, p.m.LockRepair(t.Context(), forMutex.repair))
	must(t, p.rw.LockRepair(t.Context(), forRW.repair))
	must(t, forMutex.check("mutex"))
	must(t, forRW.check("rwmutex"))
	for range permits {
		must(t, p.s.Acquire(t.Context()))
	}
	t.Logf("%d kills; mutex: %d entries, %d repairs; rwmutex: %d entries, %d repairs", kills,
		forMutex.entries.Load(), forMutex.repairs.Load(), forRW.entries.Load(), forRW.repairs.Load())
	if forMutex.entries.Load() == 0 || forRW.entries.Load() == 0 {
		t.Error("nobody got in")
	}
}
