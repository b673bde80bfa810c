package psync

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// Where the tests put the primitives in a page that their processes share.
const (
	atMutex = 64 * iota
	atCond
	atEvent
	atOnce
	atData      // eight words that the mutex guards
	atRWMutex   = 512
	atSemaphore = 1024
	atBarrier   = 1536
	pageSize    = 4096
)

const permits, parties = 3, 3

type all struct {
	mem []byte
	m   *Mutex
	c   *Cond
	e   *Event
	o   *Once
	rw  *RWMutex
	s   *Semaphore
}

func openAll(mem []byte) (a all, err error) {
	a.mem = mem
	keep := func(e error) { err = errors.Join(err, e) }
	var e error
	a.m, e = OpenMutex(mem[atMutex:])
	keep(e)
	a.c, e = OpenCond(mem[atCond:], a.m)
	keep(e)
	a.e, e = OpenEvent(mem[atEvent:])
	keep(e)
	a.o, e = OpenOnce(mem[atOnce:])
	keep(e)
	a.rw, e = OpenRWMutex(mem[atRWMutex:])
	keep(e)
	a.s, e = OpenSemaphore(mem[atSemaphore:], permits)
	keep(e)
	return a, err
}

// newPage returns shared memory and the file that it is.
func newPage(t testing.TB) (*os.File, []byte) {
	t.Helper()
	fd, err := unix.MemfdCreate("psync", unix.MFD_CLOEXEC)
	if err != nil {
		t.Fatal(err)
	}
	f := os.NewFile(uintptr(fd), "page")
	if err := f.Truncate(pageSize); err != nil {
		t.Fatal(err)
	}
	mem := mapPage(t, f)
	t.Cleanup(func() { f.Close() })
	return f, mem
}

func mapPage(t testing.TB, f *os.File) []byte {
	mem, err := unix.Mmap(int(f.Fd()), 0, pageSize, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if !t.Failed() { // or somebody may hang in it, and would crash before the failure is printed
			unix.Munmap(mem)
		}
	})
	return mem
}

// An actor is another process that does what it is told, one line at a time, and answers each
// with a line: "ok" or an error. After "gate POINT" it stops at that point for good, saying "at
// POINT". It ends when its input does.
type actor struct {
	t   testing.TB
	cmd *exec.Cmd
	in  io.WriteCloser
	out *os.File
	r   *bufio.Reader
}

func newActor(t testing.TB, page *os.File) *actor {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	cmd := exec.Command("/proc/self/exe", "actor")
	cmd.Stderr = os.Stderr
	cmd.ExtraFiles = []*os.File{page, w}
	in, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	a := &actor{t, cmd, in, r, bufio.NewReader(r)}
	t.Cleanup(a.end)
	return a
}

func (a *actor) end() {
	a.in.Close()
	a.out.Close()
	a.cmd.Process.Kill()
	a.cmd.Wait()
}

func (a *actor) kill() {
	a.t.Helper()
	if err := a.cmd.Process.Kill(); err != nil {
		a.t.Fatal(err)
	}
	a.cmd.Wait()
}

func (a *actor) tell(line string) {
	a.t.Helper()
	if _, err := fmt.Fprintln(a.in, line); err != nil {
		a.t.Fatalf("%s: %v", line, err)
	}
}

// hear returns the next answer.
func (a *actor) hear() string {
	a.t.Helper()
	a.out.SetReadDeadline(time.Now().Add(patience))
	line, err := a.r.ReadString('\n')
	if err != nil {
		a.t.Fatalf("no answer: %v", err)
	}
	return strings.TrimSpace(line)
}

func (a *actor) do(line string) string {
	a.t.Helper()
	a.tell(line)
	return a.hear()
}

func (a *actor) want(answer, line string) {
	a.t.Helper()
	if got := a.do(line); got != answer {
		a.t.Fatalf("%s: %s, want %s", line, got, answer)
	}
}

func (a *actor) wantAnswer(answer string) {
	a.t.Helper()
	if got := a.hear(); got != answer {
		a.t.Fatalf("answered %q, want %q", got, answer)
	}
}

// asleep waits until n of the actor's threads sleep in a futex that is shared between processes
// (Go's own futexes are private). The kernel shows it in /proc.
func (a *actor) asleep(n int) {
	a.t.Helper()
	prefix := fmt.Sprintf("%d 0x", unix.SYS_FUTEX)
	deadline := time.Now().Add(10 * time.Second)
	for {
		found := 0
		tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/syscall", a.cmd.Process.Pid))
		for _, task := range tasks {
			line, _ := os.ReadFile(task)
			if f := strings.Fields(string(line)); strings.HasPrefix(string(line), prefix) && f[2] == "0x0" {
				found++
			}
		}
		if found >= n {
			return
		}
		if time.Now().After(deadline) {
			a.t.Fatalf("%d threads sleep, want %d", found, n)
		}
	}
}

// interrupt sends each of the actor's threads the signal by which Go's scheduler stops a goroutine. It ends a sleep in
// the kernel, and is no wake-up.
func (a *actor) interrupt() {
	a.t.Helper()
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*", a.cmd.Process.Pid))
	for _, task := range tasks {
		tid, err := strconv.Atoi(filepath.Base(task))
		if err == nil {
			err = unix.Tgkill(a.cmd.Process.Pid, tid, unix.SIGURG)
		}
		if err != nil && err != unix.ESRCH {
			a.t.Fatal(err)
		}
	}
}

// patience ends a test that hangs. It is no claim.
const patience = 20 * time.Second

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && !strings.HasPrefix(os.Args[1], "-") {
		var err error
		switch os.Args[1] {
		case "actor":
			err = act()
		case "stress":
			err = stress(os.Args[2:])
		case "traced":
			err = traced()
		case "reuse":
			err = reuse()
		case "refuse":
			err = refuse(os.Args[2:])
		case "starved":
			err = starved()
		case "headless":
			err = headless()
		case "hidden":
			err = hidden()
		case "lock-and-stay":
			err = lockAndStay()
		case "look":
			err = look()
		}
		if err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", os.Args[1], err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Setenv("GORACE", os.Getenv("GORACE")+" atexit_sleep_ms=0") // for the children, which are many
	os.Exit(m.Run())
}

func childPage() (all, error) {
	mem, err := unix.Mmap(3, 0, pageSize, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return all{}, err
	}
	return openAll(mem)
}

func act() error {
	p, err := childPage()
	if err != nil {
		return err
	}
	out := os.NewFile(4, "answers")
	answer := func(err error) {
		if err == nil {
			err = errors.New("ok")
		}
		fmt.Fprintln(out, err)
	}
	var b *Barrier
	lines := make(chan string)
	go func() { // the end of the input is noticed also while this process stops at a gate
		in := bufio.NewScanner(os.Stdin)
		for in.Scan() {
			lines <- in.Text()
		}
		os.Exit(0)
	}()
	for line := range lines {
		f := strings.Fields(line)
		limit := time.Hour
		if len(f) > 1 && f[0] != "gate" {
			ms, err := strconv.Atoi(f[1])
			if err != nil {
				return err
			}
			limit = time.Duration(ms) * time.Millisecond
		}
		ctx, cancel := context.WithTimeout(context.Background(), limit)
		switch f[0] {
		case "gate":
			gate = func(point string) {
				if point == f[1] {
					fmt.Fprintln(out, "at", point)
					select {}
				}
			}
			answer(nil)
		case "patient": // it sleeps until it is woken
			bound = time.Hour
			answer(nil)
		case "fill":
			answer(fill())
		case "lock":
			answer(p.m.LockContext(ctx))
		case "trylock":
			answer(p.m.TryLock())
		case "repair":
			answer(p.m.LockRepair(ctx, func() error { at("repair"); return nil }))
		case "failrepair":
			answer(p.m.LockRepair(ctx, func() error { return errors.New("cannot repair") }))
		case "unlock":
			answer(p.m.Unlock())
		case "rlock":
			answer(p.rw.RLockContext(ctx))
		case "tryrlock":
			answer(p.rw.TryRLock())
		case "runlock":
			answer(p.rw.RUnlock())
		case "wlock":
			answer(p.rw.LockContext(ctx))
		case "wtrylock":
			answer(p.rw.TryLock())
		case "wrepair":
			answer(p.rw.LockRepair(ctx, func() error { return nil }))
		case "wunlock":
			answer(p.rw.Unlock())
		case "acquire":
			answer(p.s.Acquire(ctx))
		case "tryacquire":
			answer(p.s.TryAcquire())
		case "release":
			answer(p.s.Release())
		case "join":
			b, err = OpenBarrier(p.mem[atBarrier:], parties)
			answer(err)
		case "barrier":
			answer(b.Wait(ctx))
		case "condwait":
			answer(p.c.Wait(ctx))
		case "signal":
			answer(p.c.Signal())
		case "broadcast":
			answer(p.c.Broadcast())
		case "set":
			answer(p.e.Set())
		case "wait":
			answer(p.e.Wait(ctx))
		case "once":
			answer(p.o.Do(ctx, func(again bool) error {
				at("once")
				if again {
					fmt.Fprintln(out, "again")
				}
				return nil
			}))
		case "failonce":
			answer(p.o.Do(ctx, func(bool) error { return errors.New("failed") }))
		default:
			answer(fmt.Errorf("unknown command %q", line))
		}
		cancel()
	}
	return nil
}
