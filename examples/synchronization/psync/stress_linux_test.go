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
	"path/filepath"
	"strconv"
	"strings"
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

var fullModel = flag.Bool("model", false, "TestModel checks everything: minutes, and 2 GB of memory")

// TestModel checks the protocols of the mutex and of the eventcount with spin: every interleaving
// of three processes, with a death at any step; and that the check finds the mistakes it should.
// One death, and a mistake in each, are checked by the script model.txtar already.
func TestModel(t *testing.T) {
	for tool, hint := range map[string]string{"spin": "apt-get install spin", "cc": "apt-get install gcc"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("no %s found: %s", tool, hint)
		}
	}
	const safety, liveness = "-DSAFETY -DNOCLAIM", ""
	for _, c := range []struct {
		name, flags, check string
		finds              string // "" if nothing is wrong
		full               bool
	}{
		{"mutex: wake-ups suffice", "-DROUNDS=1", liveness, "", false},
		{"mutex: one death", "-DKILLS=1 -DTIMEOUT", safety, "", true},
		{"mutex: forgets to wake", "-DMUTANT=1", safety, "invalid end state", true},
		{"mutex: forgets the others", "-DMUTANT=2", safety, "invalid end state", true},
		{"mutex: declares a death uncompared", "-DMUTANT=3 -DKILLS=1 -DTIMEOUT", safety, "assertion violated", true},
		{"mutex: sleeps uncompared", "-DMUTANT=4", safety, "invalid end state", true},
		{"mutex: owner named late", "-DMUTANT=5 -DKILLS=1 -DTIMEOUT", liveness, "acceptance cycle", true},
		{"mutex: frees without a mark", "-DMUTANT=6 -DKILLS=1 -DTIMEOUT", safety, "assertion violated", false},
		{"mutex: two rounds, giving up", "-DROUNDS=2 -DCANCEL", safety, "", true},
		{"mutex: one death, giving up", "-DKILLS=1 -DTIMEOUT -DCANCEL", safety, "", true},
		{"mutex: one death, all finish", "-DKILLS=1 -DTIMEOUT", liveness, "", true},
		{"mutex: two deaths", "-DKILLS=2 -DTIMEOUT", safety, "", true},
		{"mutex: two deaths, all finish", "-DKILLS=2 -DTIMEOUT", liveness, "", true},
		{"eventcount: wake-ups suffice", "", safety, "", false},
		{"eventcount: wake-ups suffice, all finish", "", liveness, "", true},
		{"eventcount: forgets a late sleeper", "-DMUTANT=1", safety, "invalid end state", true},
		{"eventcount: key after the look", "-DMUTANT=2", safety, "invalid end state", true},
		{"eventcount: sleeps uncompared", "-DMUTANT=3", safety, "invalid end state", true},
		{"eventcount: buries uncompared", "-DMUTANT=4 -DKILLS=1 -DTIMEOUT", safety, "assertion violated", true},
		{"eventcount: two permits", "-DN=2", safety, "", true},
		{"eventcount: giving up", "-DCANCEL", safety, "", true},
		{"eventcount: one death", "-DKILLS=1 -DTIMEOUT", safety, "", true},
		{"eventcount: one death, all finish", "-DKILLS=1 -DTIMEOUT", liveness, "", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if c.full && !*fullModel {
				t.Skip("one of the long checks: go test ./examples/synchronization/psync -run TestModel -model")
			}
			of, _, _ := strings.Cut(c.name, ":")
			model, err := filepath.Abs("../../../testdata/synchronization/" + of + ".pml")
			must(t, err)
			if _, err := os.ReadFile(model); err != nil { // also tells the test cache what this depends on
				t.Fatal(err)
			}
			dir := t.TempDir()
			run := func(name string, args ...string) string {
				cmd := exec.Command(name, args...)
				cmd.Dir = dir
				out, err := cmd.CombinedOutput()
				if err != nil {
					t.Fatalf("%s: %v\n%s", name, err, out)
				}
				return string(out)
			}
			run("spin", append(strings.Fields(c.flags), "-a", model)...)
			compile := append([]string{"-w", "-o", "pan", "pan.c"}, strings.Fields(c.check)...)
			if c.full && c.finds == "" {
				compile = append(compile, "-O2")
			}
			run("cc", compile...)
			search := []string{"-m200000"}
			if c.check == liveness {
				search = append(search, "-a", "-f")
			}
			out := run("./pan", search...)
			switch {
			case strings.Contains(out, "max search depth too small"):
				t.Errorf("the search was cut off:\n%s", out)
			case c.finds == "" && !strings.Contains(out, "errors: 0"):
				t.Errorf("a mistake in the protocol:\n%s", out)
			case c.finds != "" && !strings.Contains(out, c.finds):
				t.Errorf("did not find: %s\n%s", c.finds, out)
			}
		})
	}
}
