package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// A pipe holds 64 KiB, no byte more: 16 pages of 4096 bytes.
func TestPipeHolds64KiB(t *testing.T) {
	if os.Getpagesize() != 4096 {
		t.Skipf("pages have %d bytes here", os.Getpagesize())
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	w.SetWriteDeadline(time.Now().Add(soon)) // makes it non-blocking, should it not be
	conn := must(w.SyscallConn())
	total := 0
	conn.Write(func(fd uintptr) bool {
		for {
			n, err := unix.Write(int(fd), []byte{1})
			if err != nil {
				if err != unix.EAGAIN {
					t.Errorf("write: %v", err)
				}
				return true
			}
			total += n
		}
	})
	if total != 65536 {
		t.Errorf("%d bytes fitted, want 65536", total)
	}
}

// The queue holds what it promises under any number of processes, whatever its bound.
func TestQueueShapes(t *testing.T) {
	for _, shape := range [][4]int{{1, 1, 1, 20}, {4, 1, 2, 20}, {1, 4, 64, 50}, {3, 3, 1, 10}} {
		for _, end := range []string{"eof", "sentinel"} {
			t.Run(fmt.Sprint(shape, end), func(t *testing.T) {
				t.Parallel()
				r := run(t, "queue", "-producers", strconv.Itoa(shape[0]), "-consumers", strconv.Itoa(shape[1]),
					"-bound", strconv.Itoa(shape[2]), "-n", strconv.Itoa(shape[3]), "-close", end)
				if want := fmt.Sprintf("%d items: each came out once", shape[0]*shape[3]); r.code != 0 || !strings.Contains(r.stdout, want) {
					t.Errorf("exit %d\n%s%s", r.code, r.stdout, r.stderr)
				}
			})
		}
	}
}

// Any process of a busy queue is killed at any moment. Whatever it was doing: the program ends
// soon, names it, and leaves nothing.
func TestQueueSurvivesAnyDeath(t *testing.T) {
	rounds := 8
	if testing.Short() {
		rounds = 3
	}
	for i := range rounds {
		bound := []string{"1", "16"}[i%2] // with one place, the dead may take the only one
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			delay := time.Duration(rand.IntN(20)) * time.Millisecond // any moment; nothing depends on which
			for range 40 {
				cmd, stderr, killed := killAny(t, delay, "queue", "-n", "3000", "-bound", bound)
				if code := cmd.ProcessState.ExitCode(); code != 0 {
					if !killed || !strings.Contains(stderr, ": signal: killed") {
						t.Errorf("exit %d; killed: %v; it says %s", code, killed, stderr)
					}
					return
				}
				delay /= 2 // the kill came after the end
			}
			t.Error("no kill made a difference")
		})
	}
}

// Any child of any variant is killed at any moment: the program ends soon, with a reason if it
// fails, and leaves nothing.
func TestAnyChildKilled(t *testing.T) {
	for _, v := range variants {
		if v.does == "" || v.name == "goroutines" || v.name == "framing" {
			continue
		}
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			cmd, stderr, _ := killAny(t, time.Duration(rand.IntN(15))*time.Millisecond, v.name)
			if code := cmd.ProcessState.ExitCode(); code != 0 && (code != 1 || stderr == "") {
				t.Errorf("exit %d and no reason: %q", code, stderr)
			}
		})
	}
}

// killAny starts the program, kills one of its children after a while, and waits for its end. It
// tells whether there was a child to kill.
func killAny(t *testing.T, delay time.Duration, args ...string) (cmd *exec.Cmd, stderr string, killed bool) {
	t.Helper()
	cmd, _, says := program(t, args...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for len(ended) == 0 && len(childrenOf(cmd.Process.Pid)) == 0 {
		time.Sleep(time.Millisecond)
	}
	time.Sleep(delay)
	if children := childrenOf(cmd.Process.Pid); len(children) > 0 {
		killed = syscall.Kill(children[rand.IntN(len(children))], syscall.SIGKILL) == nil
	}
	select {
	case <-ended:
	case <-time.After(soon):
		cmd.Process.Kill()
		t.Fatal("it hangs")
	}
	return cmd, says.String(), killed
}

// A producer that is dead while its queue is full will not be seen waiting: that is said at once.
func TestDeadProducerAtAFullQueue(t *testing.T) {
	t.Parallel()
	q := must(newQueue(2))
	defer q.close()
	for item := range uint64(2) {
		if err := q.put(item); err != nil {
			t.Fatal(err)
		}
	}
	const nobody = 0 // no process has this pid
	var early atomic.Bool
	early.Store(true)
	shown := make(chan error, 1)
	go func() { shown <- showDepth(q, nobody, 5, &early) }()
	select {
	case err := <-shown:
		if err == nil || !strings.Contains(err.Error(), "a process has ended") {
			t.Errorf("it says %v", err)
		}
	case <-time.After(soon):
		t.Error("it waits for the dead")
	}
}

func childrenOf(pid int) (children []int) {
	files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, file := range files {
		text, _ := os.ReadFile(file)
		for _, field := range strings.Fields(string(text)) {
			children = append(children, must(strconv.Atoi(field)))
		}
	}
	return children
}

func TestMqueueOrder(t *testing.T) {
	q, err := createMqueue(10, 16)
	if err != nil {
		t.Fatal(err)
	}
	defer q.f.Close()
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
			if err := q.send([]byte(l.text), l.priority, soon); err != nil {
				t.Fatal(err)
			}
		}
		slices.SortStableFunc(sent, func(a, b letter) int { return cmp.Compare(b.priority, a.priority) })
		for _, want := range sent {
			msg, priority, err := q.receive(make([]byte, 16), soon)
			if err != nil || string(msg) != want.text || priority != want.priority {
				t.Fatalf("got %q with %d, %v; want %v", msg, priority, err, want)
			}
		}
	}
}

func TestMqueueLimits(t *testing.T) {
	q, err := createMqueue(1, 16)
	if err != nil {
		t.Fatal(err)
	}
	defer q.f.Close()
	if err := q.send(make([]byte, 17), 0, 0); !errors.Is(err, errOversize) {
		t.Errorf("17 bytes where 16 are allowed: %v", err)
	}
	if _, _, err := q.receive(make([]byte, 15), 0); !errors.Is(err, errOversize) {
		t.Errorf("a buffer shorter than a message may be: %v", err)
	}
	if _, _, err := q.receive(make([]byte, 16), time.Millisecond); !errors.Is(err, errTimeout) {
		t.Errorf("nothing there: %v", err)
	}
	if err := q.send(nil, 0, 0); err != nil {
		t.Errorf("an empty message: %v", err)
	}
	if err := q.send(nil, 0, time.Millisecond); !errors.Is(err, errTimeout) {
		t.Errorf("no room: %v", err)
	}
	if msg, _, err := q.receive(make([]byte, 16), 0); err != nil || len(msg) != 0 {
		t.Errorf("the empty message: %q, %v", msg, err)
	}
}

// Descriptors that nobody asked for are closed, not kept.
func TestReceiveFileKeepsOnlyOne(t *testing.T) {
	for _, n := range []int{0, 1, 2, maxFiles, maxFiles + 1, 100} {
		a, b, err := connectedPair(syscall.SOCK_STREAM)
		if err != nil {
			t.Fatal(err)
		}
		fds := make([]int, n)
		for i := range fds {
			fds[i] = int(a.Fd())
		}
		if err := syscall.Sendmsg(int(a.Fd()), []byte("x"), syscall.UnixRights(fds...), nil, 0); err != nil {
			t.Fatal(err)
		}
		conn, err := net.FileConn(b)
		if err != nil {
			t.Fatal(err)
		}
		b.Close()
		before := countDescriptors()
		_, f, err := receiveFile(conn.(*net.UnixConn))
		switch {
		case n == 1 && err != nil:
			t.Errorf("one descriptor: %v", err)
		case n == 1:
			f.Close()
		case !errors.Is(err, errMalformed) && !errors.Is(err, errOversize):
			t.Errorf("%d descriptors: %v", n, err)
		}
		if after := countDescriptors(); after != before {
			t.Errorf("%d descriptors: %d open before, %d after", n, before, after)
		}
		conn.Close()
		a.Close()
	}
}

func countDescriptors() int { return len(must(os.ReadDir("/proc/self/fd"))) }

func FuzzRights(f *testing.F) {
	f.Add([]byte{})
	f.Add(syscall.UnixRights(1))
	f.Add(syscall.UnixRights(1, 2, 3))
	f.Add(syscall.UnixRights(1)[:10])
	f.Add(bytes.Repeat(syscall.UnixRights(7), 2))
	f.Fuzz(func(t *testing.T, b []byte) {
		fds, err := parseRights(b)
		if !known(err) {
			t.Fatalf("an error of no known kind: %v", err)
		}
		if len(fds)*4 > len(b) {
			t.Fatalf("%d descriptors in %d bytes", len(fds), len(b))
		}
	})
}
