package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"example.com/lockstep/examples/hello/lockstep"
	"golang.org/x/sys/unix"
)

// patience ends a wait for something that should have happened at once.
const patience = time.Minute

func init() {
	testRoles["cutter"] = cutter
	testRoles["grabber"] = grabber
	testRoles["namer"] = namer
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// killAfterStep starts a child, lets it take one step, and kills it.
func killAfterStep(t *testing.T, role string, args ...any) {
	t.Helper()
	p, err := lockstep.Start(role, role, args...)
	check(t, err)
	_, err = p.Step()
	check(t, err)
	p.Kill()
}

// cutter sends the first bytes of three frames, and no more.
func cutter(args lockstep.Args) {
	lockstep.Turn()
	_, err := args.File(0).Write(threeFrames()[:args.Int(1)])
	lockstep.Check(err)
	lockstep.Done("")
	select {}
}

func threeFrames() []byte {
	var stream bytes.Buffer
	for i := range 3 {
		writeFrame(&stream, fmt.Append(nil, i), maxMessage)
	}
	return stream.Bytes()
}

// TestKilledAtEveryByte kills a producer after each possible byte: the frames that are whole arrive,
// and what is left of another one is an error.
func TestKilledAtEveryByte(t *testing.T) {
	const frame = 5
	for at := range len(threeFrames()) + 1 {
		r, w, err := os.Pipe()
		check(t, err)
		killAfterStep(t, "cutter", w, at)
		w.Close()
		got := 0
		for err == nil {
			if _, err = readFrame(r, maxMessage); err == nil {
				got++
			}
		}
		want := io.EOF
		if at%frame != 0 {
			want = io.ErrUnexpectedEOF
		}
		if got != at/frame || !errors.Is(err, want) {
			t.Errorf("killed after %d bytes: %d frames, then %v", at, got, err)
		}
		r.Close()
	}
}

// grabber takes a place of the queue and puts nothing there.
func grabber(args lockstep.Args) {
	lockstep.Turn()
	_, err := io.ReadFull(args.File(0), make([]byte, 1))
	lockstep.Check(err)
	lockstep.Done("")
	select {}
}

// TestDeathTakesAPlace holds what the page says of put: a process that is killed between its two steps
// takes the place with it.
func TestDeathTakesAPlace(t *testing.T) {
	q, err := newQueue(1)
	check(t, err)
	killAfterStep(t, "grabber", q.places)
	if free, _ := inPipe(q.places); free != 0 {
		t.Errorf("%d places are free", free)
	}
	if n, err := unix.IoctlGetInt(int(q.out.Fd()), unix.TIOCINQ); n != 0 || err != nil {
		t.Errorf("%d bytes wait in the queue, %v", n, err)
	}
}

// TestItemFits holds that put refuses what take could not return whole, and takes no place for it.
func TestItemFits(t *testing.T) {
	q, err := newQueue(1)
	check(t, err)
	for _, size := range []int{0, 4097} {
		err := put(q.in, q.places, strings.Repeat("x", size))
		if free, _ := inPipe(q.places); err == nil || free != 1 {
			t.Errorf("%d bytes: %v, and %d places are free", size, err, free)
		}
	}
	for _, size := range []int{1, 4096} {
		check(t, put(q.in, q.places, strings.Repeat("x", size)))
		if item, err := take(q.out, q.give); len(item) != size || err != nil {
			t.Errorf("put %d bytes, took %d, %v", size, len(item), err)
		}
	}
}

// TestBusyQueueSurvivesAnyDeath kills a process of a busy queue: the program names it and ends.
func TestBusyQueueSurvivesAnyDeath(t *testing.T) {
	for child := range 5 {
		for _, bound := range []string{"1", "16"} { // with one place, the dead may have the only one
			t.Run(fmt.Sprint(child, bound), func(t *testing.T) {
				t.Parallel()
				for range 20 {
					code, stderr := killInQueue(t, child, "-n", "10000", "-bound", bound)
					switch {
					case code == 0:
						continue // the kill came too late
					case code != 1 || !strings.Contains(stderr, ": signal: killed"):
						t.Errorf("exit %d, and it says %q", code, stderr)
					}
					return
				}
				t.Error("no kill came in time")
			})
		}
	}
}

// killInQueue runs the variant queue, kills its i-th child as soon as there is one, and returns how the
// program ends and what it says.
func killInQueue(t *testing.T, i int, args ...string) (code int, said string) {
	self, err := os.Executable()
	check(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, self, append([]string{"queue"}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	check(t, cmd.Start())
	for killed := false; !killed; {
		children := childrenOf(cmd.Process.Pid)
		stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", cmd.Process.Pid))
		switch {
		case bytes.Contains(stat, []byte(") Z ")):
			killed = true // too late: it has ended
		case i < len(children):
			killed = syscall.Kill(children[i], syscall.SIGKILL) == nil
		}
	}
	cmd.Wait()
	return cmd.ProcessState.ExitCode(), stderr.String()
}

func childrenOf(pid int) (pids []int) {
	files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, file := range files {
		text, _ := os.ReadFile(file)
		for _, word := range strings.Fields(string(text)) {
			if pid, err := strconv.Atoi(word); err == nil {
				pids = append(pids, pid)
			}
		}
	}
	return pids
}

// namer makes 200 pipes with names, one after the other, and so has such a name nearly all the time.
func namer(args lockstep.Args) {
	lockstep.Turn()
	release := holdSignals()
	lockstep.Done("")
	for i := range 200 {
		r, w, err := openFIFO(filepath.Join(args[0], strconv.Itoa(i)))
		lockstep.Check(err)
		r.Close()
		w.Close()
	}
	release()
	select {}
}

// TestInterruptedNameIsGone interrupts a process that makes pipes with names. It ends by that signal,
// and no name is left.
func TestInterruptedNameIsGone(t *testing.T) {
	for round := range 40 {
		sig := []syscall.Signal{syscall.SIGINT, syscall.SIGHUP, syscall.SIGTERM}[round%3]
		if signal.Ignored(sig) {
			continue // as under nohup
		}
		dir := t.TempDir()
		p, err := lockstep.Start("namer", "namer", dir)
		check(t, err)
		_, err = p.Step()
		check(t, err)
		ended := make(chan error, 1)
		go func() { ended <- p.Wait() }()
		p.Cmd.Process.Signal(sig)
		select {
		case err := <-ended:
			if err == nil || !strings.Contains(err.Error(), "signal: "+sig.String()) {
				t.Fatalf("it ended with %v", err)
			}
		case <-time.After(patience):
			t.Fatalf("%v has no effect", sig)
		}
		if left, err := os.ReadDir(dir); len(left) > 0 || err != nil {
			t.Fatalf("%v in round %d: a name is left: %v, %v", sig, round, left, err)
		}
	}
}

// TestMessageQueue holds that the most urgent message comes first, and of these the oldest, and that
// a message which is too long is refused.
func TestMessageQueue(t *testing.T) {
	q, err := newMessageQueue(10, 16)
	check(t, err)
	defer q.Close()
	type letter struct {
		text     string
		priority uint
	}
	random := rand.New(rand.NewPCG(1, 1))
	for range 50 {
		var sent []letter
		for i := range 10 {
			l := letter{fmt.Sprint(i), random.UintN(4)}
			sent = append(sent, l)
			check(t, send(q, []byte(l.text), l.priority))
		}
		slices.SortStableFunc(sent, func(a, b letter) int { return cmp.Compare(b.priority, a.priority) })
		for _, want := range sent {
			msg, priority, err := receive(q, make([]byte, 16))
			if err != nil || string(msg) != want.text || priority != want.priority {
				t.Fatalf("got %q with %d, %v; want %v", msg, priority, err, want)
			}
		}
	}
	if err := send(q, make([]byte, 17), 0); !errors.Is(err, syscall.EMSGSIZE) {
		t.Errorf("17 bytes where 16 are allowed: %v", err)
	}
}

// TestReceiveFileKeepsOnlyOne holds that descriptors which nobody asked for are closed.
func TestReceiveFileKeepsOnlyOne(t *testing.T) {
	for _, n := range []int{0, 1, 2, 4, 5, 100} {
		a, b, err := socketPair(syscall.SOCK_STREAM)
		check(t, err)
		fds := make([]int, n)
		for i := range fds {
			fds[i] = int(a.Fd())
		}
		check(t, syscall.Sendmsg(int(a.Fd()), []byte("x"), syscall.UnixRights(fds...), nil, 0))
		socket, err := os.Readlink(fmt.Sprintf("/proc/self/fd/%d", a.Fd()))
		check(t, err)
		f, err := receiveFile(b)
		if (err == nil) != (n == 1) {
			t.Errorf("%d descriptors: %v", n, err)
		}
		if f != nil {
			f.Close()
		}
		if open := descriptorsOf(socket); open != 1 {
			t.Errorf("%d descriptors were sent, and %d are open; one is ours", n, open)
		}
		b.Close()
		a.Close()
	}
}

// descriptorsOf returns how many descriptors of this process lead to a socket.
func descriptorsOf(socket string) (n int) {
	links, _ := filepath.Glob("/proc/self/fd/*")
	for _, link := range links {
		if to, _ := os.Readlink(link); to == socket {
			n++
		}
	}
	return n
}
