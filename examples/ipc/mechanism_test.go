//go:build unix

package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func init() {
	variants = append(variants,
		variant{"test-cut", "", cutProducer},
		variant{"test-absent", "", absentRole},
		variant{"test-halfway", "", halfwayParent})
}

// What a child inherits waits in the call, also if it was an end of os.Pipe, which does not.
func TestInheritedPipeBlocks(t *testing.T) {
	r, w := pipeEnds(t)
	blocks := func(f *os.File) (blocks bool) { // without Fd, which would make it so
		must(f.SyscallConn()).Control(func(fd uintptr) {
			blocks = must(unix.FcntlInt(fd, unix.F_GETFL, 0))&unix.O_NONBLOCK == 0
		})
		return blocks
	}
	if blocks(r) || blocks(w) {
		t.Error("an end of os.Pipe blocks")
	}
	cmd := self("test-absent")
	cmd.ExtraFiles = []*os.File{r}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	cmd.Wait()
	if !blocks(r) || blocks(w) {
		t.Errorf("inherited, the end blocks: %v; the other: %v", blocks(r), blocks(w))
	}
}

func pipeEnds(t *testing.T) (r, w *os.File) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(); w.Close() })
	return r, w
}

// soon is more than any of these programs needs, and less than a test may hang.
const soon = 30 * time.Second

// here returns the mechanisms that this system has.
func here() []mechanism {
	return slices.DeleteFunc(slices.Clone(mechanisms), func(m mechanism) bool {
		return m.name == "seqpacket" && runtime.GOOS != "linux"
	})
}

// result is what a program did: its exit code and what it printed. run demands that it and all
// that it started end soon and leave nothing in the temporary directory.
type result struct {
	code           int
	stdout, stderr string
}

func run(t *testing.T, args ...string) result {
	t.Helper()
	cmd, stdout, stderr := program(t, args...)
	err := cmd.Start()
	if err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(soon, func() { cmd.Process.Kill(); t.Errorf("%v: not over in %v", args, soon) })
	defer timer.Stop()
	cmd.Wait()
	return result{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// program returns a command whose Wait lasts until the last process that holds its output has
// ended, and that has a temporary directory of its own, empty at the end.
func program(t *testing.T, args ...string) (cmd *exec.Cmd, stdout, stderr *bytes.Buffer) {
	t.Helper()
	dir := t.TempDir()
	t.Cleanup(func() {
		for _, e := range must(os.ReadDir(dir)) {
			t.Errorf("%v left %s behind", args, e.Name())
		}
	})
	cmd = self(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), "TMPDIR="+dir, "GORACE=atexit_sleep_ms=0")
	stdout, stderr = new(bytes.Buffer), new(bytes.Buffer)
	cmd.Stdout, cmd.Stderr = stdout, stderr
	return cmd, stdout, stderr
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestEveryMechanismIsAVariant(t *testing.T) {
	for _, m := range mechanisms {
		if !slices.ContainsFunc(variants, func(v variant) bool { return v.name == m.name && v.does != "" }) {
			t.Errorf("%s is no variant", m.name)
		}
	}
	if len(mechanisms) != 6 {
		t.Errorf("%d mechanisms, want 6", len(mechanisms))
	}
}

// The contract: the same messages in, the same messages out, over every mechanism.
func TestContract(t *testing.T) {
	for _, m := range here() {
		for seed := range 3 {
			t.Run(fmt.Sprintf("%s/seed=%d", m.name, seed), func(t *testing.T) {
				t.Parallel()
				producer := self("contract-producer", "-n", "60", "-seed", fmt.Sprint(seed))
				consumer := self("contract-consumer")
				var got bytes.Buffer
				consumer.Stdout = &got
				if err := m.run(producer, consumer); err != nil {
					t.Fatal(err)
				}
				var want strings.Builder
				for i, msg := range messages(uint64(seed), 60) {
					want.WriteString(digest(i, msg))
				}
				if got.String() != want.String() {
					t.Errorf("got\n%swant\n%s", got.String(), want.String())
				}
			})
		}
	}
}

// Whoever is killed, the other ends within the limit, the parent names the dead, and nothing stays.
func TestKilled(t *testing.T) {
	for _, m := range here() {
		for _, who := range []string{"producer", "consumer"} {
			t.Run(m.name+"/"+who, func(t *testing.T) {
				t.Parallel()
				r := run(t, m.name, "-n", "3", "-kill", who)
				if r.code != 1 || !strings.Contains(r.stderr, who+": signal: killed\n") {
					t.Errorf("exit %d, stderr %q", r.code, r.stderr)
				}
				if !strings.Contains(r.stdout, "[consumer] gets item 2\n") {
					t.Errorf("the items before it did not arrive: %q", r.stdout)
				}
				told := "truncated frame"
				switch {
				case who == "consumer" && m.data:
					told = "producer: signal: broken pipe"
				case who == "consumer":
					told = "the reader is gone"
				case m.name == "seqpacket":
					told = "" // nothing of the third packet arrived
				}
				if !strings.Contains(r.stderr, told) {
					t.Errorf("the other was not told %q: %q", told, r.stderr)
				}
			})
		}
	}
}

// cutProducer sends the first bytes of three frames and is killed.
func cutProducer(args []string) error {
	fs := newFlags("test-cut")
	at := fs.Int("at", 0, "after how many bytes")
	over, dir := fs.String("over", "", ""), fs.String("dir", "", "")
	if err := parse(fs, args); err != nil {
		return err
	}
	m, err := mechanismNamed(*over)
	if err != nil {
		return err
	}
	s, err := m.openSender(*dir)
	if err != nil {
		return err
	}
	if _, err := s.(*stream).Write(threeFrames()[:*at]); err != nil {
		return err
	}
	die()
	return nil
}

func threeFrames() (wire []byte) {
	for i := range 3 {
		wire, _ = appendFrame(wire, fmt.Append(nil, i))
	}
	return wire
}

// Killed after every possible byte: the whole frames arrive, and a torn one is an error.
func TestKilledAtEveryByte(t *testing.T) {
	const frame = headerSize + 1
	for at := range 3*frame + 1 {
		m := []mechanism{pipe, extraFile, fifo, unixSocket, socketpair}[at%5]
		t.Run(fmt.Sprintf("%d/%s", at, m.name), func(t *testing.T) {
			t.Parallel()
			var got, stderr bytes.Buffer
			producer := self("test-cut", "-at", fmt.Sprint(at))
			consumer := self("consumer")
			consumer.Stdout, consumer.Stderr = &got, &stderr
			err := m.run(producer, consumer)
			if err == nil || !strings.Contains(err.Error(), "producer: signal: killed") {
				t.Errorf("the parent says %v", err)
			}
			if n := strings.Count(got.String(), "gets"); n != at/frame {
				t.Errorf("%d frames arrived, want %d", n, at/frame)
			}
			if torn := strings.Contains(stderr.String(), errTruncated.Error()); torn != (at%frame != 0) {
				t.Errorf("truncated: %v; %s", torn, stderr.String())
			}
		})
	}
}

// absentRole is a peer that is killed before it has opened its end.
func absentRole(args []string) error {
	die()
	return nil
}

// Each end removes the name when it is through, and when it fails: the other may never have started.
func TestEitherEndRemovesTheName(t *testing.T) {
	for _, m := range here() {
		if !m.named {
			continue
		}
		for _, joined := range []bool{true, false} {
			if joined && m.name == "fifo" {
				continue // its two ends open together or not at all
			}
			t.Run(fmt.Sprintf("%s/joined=%v", m.name, joined), func(t *testing.T) {
				dir := newDirName()
				if err := os.Mkdir(dir, 0o700); err != nil {
					t.Fatal(err)
				}
				defer os.RemoveAll(dir)
				if joined {
					for _, f := range must(m.join(new(exec.Cmd), new(exec.Cmd), dir)) {
						defer f.Close()
					}
				}
				cmd := self("producer", "-n", "1", "-over", m.name, "-dir", dir)
				cmd.Stdout, cmd.Stderr = nil, nil
				in := must(cmd.StdinPipe()) // it stays open: the parent is there
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				in.Write([]byte{1})
				timer := time.AfterFunc(soon, func() { cmd.Process.Kill() })
				defer timer.Stop()
				if err := cmd.Wait(); (err == nil) != joined {
					t.Errorf("the producer: %v", err)
				}
				if _, err := os.Stat(dir); !os.IsNotExist(err) {
					t.Errorf("the name is still there: %v", err)
				}
			})
		}
	}
}

// halfwayParent is a parent that is killed before or after it has made the name.
func halfwayParent(args []string) error {
	fs := newFlags("test-halfway")
	over, after := fs.String("over", "", ""), fs.Bool("after", false, "")
	if err := parse(fs, args); err != nil {
		return err
	}
	m, err := mechanismNamed(*over)
	if err != nil {
		return err
	}
	join := m.join
	m.join = func(producer, consumer *exec.Cmd, dir string) ([]*os.File, error) {
		if *after {
			if _, err := join(producer, consumer, dir); err != nil {
				return nil, err
			}
		}
		die()
		return nil, nil
	}
	return m.run(self("producer"), self("consumer"))
}

// The parent is killed when there is a directory, and when there is a name in it, and only one
// child: neither stays.
func TestParentKilledAroundTheName(t *testing.T) {
	for _, m := range here() {
		if !m.named {
			continue
		}
		for _, after := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/after=%v", m.name, after), func(t *testing.T) {
				t.Parallel()
				r := run(t, "test-halfway", "-over", m.name, "-after="+fmt.Sprint(after))
				if r.code != -1 || r.stdout+r.stderr != "" {
					t.Errorf("exit %d, it says %q and %q", r.code, r.stdout, r.stderr)
				}
			})
		}
	}
}

// A peer that never comes does not keep the other waiting for ever.
func TestKilledBeforeItConnects(t *testing.T) {
	for _, m := range here() {
		if !m.named {
			continue // the ends are there from the start
		}
		for _, absent := range []string{"producer", "consumer"} {
			t.Run(m.name+"/"+absent, func(t *testing.T) {
				producer, consumer := self("producer"), self("consumer")
				if absent == "producer" {
					producer = self("test-absent")
				} else {
					consumer = self("test-absent")
				}
				for _, cmd := range []*exec.Cmd{producer, consumer} {
					cmd.Stdout, cmd.Stderr = nil, nil // what they say is not the point
				}
				done := make(chan error, 1)
				go func() { done <- m.run(producer, consumer) }()
				select {
				case err := <-done:
					if err == nil || !strings.Contains(err.Error(), absent+": signal: killed") {
						t.Errorf("the parent says %v", err)
					}
				case <-time.After(soon):
					t.Fatal("still waiting")
				}
			})
		}
	}
}

// The parent is killed after the first line: all its children end, and nothing stays.
func TestParentKilled(t *testing.T) {
	for _, v := range variants {
		if v.does == "" {
			continue
		}
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			cmd, _, _ := program(t, v.name)
			r, w, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			cmd.Stdout, cmd.Stderr = w, w
			err = cmd.Start()
			w.Close()
			if err != nil {
				t.Fatal(err)
			}
			in := bufio.NewReader(r)
			if _, err := in.ReadString('\n'); err != nil {
				t.Errorf("no line: %v", err)
			}
			cmd.Process.Kill()
			cmd.Wait()
			// Every process it started holds the other end: end-of-file says that all are gone.
			r.SetReadDeadline(time.Now().Add(soon))
			if _, err := io.Copy(io.Discard, in); err != nil {
				t.Errorf("a child is still there: %v", err)
			}
		})
	}
}

func TestTooLongIsRefusedEverywhere(t *testing.T) {
	long := make([]byte, maxMessage+1)
	for name, s := range map[string]sender{"stream": newStream(discard{}), "packets": &packets{}, "channel": make(channel)} {
		if err := s.send(long); !errors.Is(err, errOversize) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

type discard struct{ io.Reader }

func (discard) Write(p []byte) (int, error) { return len(p), nil }
func (discard) Close() error                { return nil }

// A role is for the program itself; typed by hand it says so and doesn't crash.
func TestRolesByHand(t *testing.T) {
	for _, v := range variants {
		if v.does != "" || strings.HasPrefix(v.name, "test-") || strings.HasPrefix(v.name, "bench-") {
			continue
		}
		cmd := self(v.name)
		var stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = nil, &stderr
		cmd.Run() // standard input is at its end: success, a failure or a usage error will do
		if code := cmd.ProcessState.ExitCode(); code > 2 || code < 0 || strings.Contains(stderr.String(), "panic") {
			t.Errorf("%s: exit %d\n%s", v.name, code, stderr.String())
		}
	}
}
