package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
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

func init() {
	testRoles["cutter"] = cutter
	testRoles["grabber"] = grabber
	testRoles["namer"] = namer
}

// TestPipeHolds64KiB holds that a pipe takes 65,536 bytes and no byte more, where a page has 4096.
func TestPipeHolds64KiB(t *testing.T) {
	if os.Getpagesize() != 4096 {
		t.Skipf("needs pages of 4096 bytes, and here they have %d", os.Getpagesize())
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	fd := int(w.Fd())
	if err := syscall.SetNonblock(fd, true); err != nil {
		t.Fatal(err)
	}
	total := 0
	for err == nil {
		var n int
		n, err = syscall.Write(fd, []byte{1})
		total += max(n, 0)
	}
	if err != syscall.EAGAIN || total != 65536 {
		t.Errorf("%d bytes fitted, want 65536; then %v", total, err)
	}
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
		if err != nil {
			t.Fatal(err)
		}
		p, err := lockstep.Start("producer", "cutter", w, at)
		w.Close()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Step(); err != nil {
			t.Fatal(err)
		}
		p.Kill()
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

// TestQueueShapes holds the queue's promise for any number of processes and places.
func TestQueueShapes(t *testing.T) {
	for _, shape := range []string{"-producers 1 -consumers 1 -bound 1 -n 20", "-producers 4 -consumers 1 -bound 2 -n 20",
		"-producers 1 -consumers 4 -bound 64 -n 50", "-producers 3 -consumers 3 -bound 1 -n 10"} {
		for _, end := range []string{"eof", "sentinel"} {
			t.Run(shape+" "+end, func(t *testing.T) {
				t.Parallel()
				p := startProgram(t, append(strings.Fields("queue "+shape), "-end", end)...)
				if code := p.wait(t); code != 0 {
					t.Errorf("exit %d\n%s%s", code, &p.stdout, &p.stderr)
				}
			})
		}
	}
}

// TestPlacesComeBack puts ten times as many items through a queue as it has places.
func TestPlacesComeBack(t *testing.T) {
	q, err := newQueue(2)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 20 {
		if free, err := bytesIn(q.places); free != 2 || err != nil {
			t.Fatalf("after %d items %d of 2 places are free, %v", i, free, err)
		}
		if err := put(q.in, q.places, fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
		if item, err := take(q.out, q.give); item != fmt.Sprint(i) || err != nil {
			t.Fatalf("item %d: got %q, %v", i, item, err)
		}
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
	if err != nil {
		t.Fatal(err)
	}
	p, err := lockstep.Start("producer", "grabber", q.places)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Step(); err != nil {
		t.Fatal(err)
	}
	p.Kill()
	if free, err := bytesIn(q.places); free != 0 || err != nil {
		t.Errorf("%d places are free, %v", free, err)
	}
	if n, err := unix.IoctlGetInt(int(q.out.Fd()), unix.TIOCINQ); n != 0 || err != nil {
		t.Errorf("%d bytes wait in the queue, %v", n, err)
	}
}

// TestBusyQueueSurvivesAnyDeath kills a process of a busy queue: the program names it and ends.
func TestBusyQueueSurvivesAnyDeath(t *testing.T) {
	for child := range 5 {
		for _, bound := range []string{"1", "16"} { // with one place, the dead may have the only one
			t.Run(fmt.Sprint(child, bound), func(t *testing.T) {
				t.Parallel()
				for range 20 {
					p := startProgram(t, "queue", "-n", "10000", "-bound", bound)
					for !p.killChild(child) && !p.over() {
					}
					switch code := p.wait(t); {
					case code == 0:
						continue // the kill came too late
					case code != 1 || !strings.Contains(p.stderr.String(), ": signal: killed"):
						t.Errorf("exit %d, and it says %q", code, &p.stderr)
					}
					return
				}
				t.Error("no kill came in time")
			})
		}
	}
}

// TestProducerDeadAtAFullQueue holds that nobody waits for what a dead producer would have put.
func TestProducerDeadAtAFullQueue(t *testing.T) {
	q, err := newQueue(2)
	if err != nil {
		t.Fatal(err)
	}
	p, err := lockstep.Start("producer", "grabber", q.places)
	if err != nil {
		t.Fatal(err)
	}
	p.Kill()
	shown := make(chan error, 1)
	go func() { shown <- showDepth(q, p, 2, 5) }()
	select {
	case err := <-shown:
		if err == nil || !strings.Contains(err.Error(), "producer: signal: killed") {
			t.Errorf("it says %v", err)
		}
	case <-time.After(patience):
		t.Error("it waits for the dead")
	}
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
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Step(); err != nil {
			t.Fatal(err)
		}
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

func TestMessageQueueOrder(t *testing.T) {
	q, err := newMessageQueue(10, 16)
	if err != nil {
		t.Fatal(err)
	}
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
			if err := send(q, []byte(l.text), l.priority, patience); err != nil {
				t.Fatal(err)
			}
		}
		slices.SortStableFunc(sent, func(a, b letter) int { return cmp.Compare(b.priority, a.priority) })
		for _, want := range sent {
			msg, priority, err := receive(q, make([]byte, 16), patience)
			if err != nil || string(msg) != want.text || priority != want.priority {
				t.Fatalf("got %q with %d, %v; want %v", msg, priority, err, want)
			}
		}
	}
}

func TestMessageQueueLimits(t *testing.T) {
	q, err := newMessageQueue(1, 16)
	if err != nil {
		t.Fatal(err)
	}
	defer q.Close()
	get := func(size int) error {
		_, _, err := receive(q, make([]byte, size), time.Millisecond)
		return err
	}
	for _, step := range []struct {
		what string
		err  error
		want error
	}{
		{"17 bytes where 16 are allowed", send(q, make([]byte, 17), 0, 0), syscall.EMSGSIZE},
		{"a buffer shorter than a message may be", get(15), syscall.EMSGSIZE},
		{"nothing there", get(16), os.ErrDeadlineExceeded},
		{"an empty message", send(q, nil, 0, 0), nil},
		{"no room", send(q, nil, 0, time.Millisecond), os.ErrDeadlineExceeded},
		{"the empty message", get(16), nil},
	} {
		if !errors.Is(step.err, step.want) {
			t.Errorf("%s: %v, want %v", step.what, step.err, step.want)
		}
	}
}

// TestReceiveFileKeepsOnlyOne holds that descriptors which nobody asked for are closed.
func TestReceiveFileKeepsOnlyOne(t *testing.T) {
	for _, n := range []int{0, 1, 2, 4, 5, 100} {
		a, b, err := socketPair(syscall.SOCK_STREAM)
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
		socket, err := os.Readlink(fmt.Sprintf("/proc/self/fd/%d", a.Fd()))
		if err != nil {
			t.Fatal(err)
		}
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
