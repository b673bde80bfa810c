package pool_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"example.com/lockstep/examples/multiprocessing/pool"

	"golang.org/x/sys/unix"
)

// asks starts a program that asks at the terminal, if there is one.
var asks = pool.Func("asks", func(_ context.Context, _ int) (string, error) {
	out, err := exec.Command("sh", "-c", "read answer </dev/tty && echo $answer").CombinedOutput()
	return string(out), err
})

// says prints, and so writes to the terminal.
var says = pool.Func("says", func(_ context.Context, text string) (int, error) { return fmt.Println(text) })

func init() { parents["terminal"] = parentAtATerminal }

func parentAtATerminal(string) {
	p, err := pool.New(context.Background(), pool.Workers(1))
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("worker", p.PIDs()[0])
	says.Call(context.Background(), p, "a task says hello")
	_, err = asks.Call(context.Background(), p, 0)
	fmt.Println("a task has asked:", err)
	p.Close()
	os.Exit(0)
}

// terminal returns both ends of a new terminal, which stops whom it may: everyone in the background who
// reads from it or writes to it.
func terminal(t *testing.T) (ours, theirs *os.File) {
	t.Helper()
	ours, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no terminals here:", err)
	}
	t.Cleanup(func() { ours.Close() })
	check(t, unix.IoctlSetPointerInt(int(ours.Fd()), unix.TIOCSPTLCK, 0))
	n, err := unix.IoctlGetInt(int(ours.Fd()), unix.TIOCGPTN)
	check(t, err)
	theirs, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	check(t, err)
	t.Cleanup(func() { theirs.Close() })
	modes, err := unix.IoctlGetTermios(int(theirs.Fd()), unix.TCGETS)
	check(t, err)
	modes.Lflag |= unix.TOSTOP
	check(t, unix.IoctlSetTermios(int(theirs.Fd()), unix.TCSETS, modes))
	return ours, theirs
}

// A task that prints, or starts what asks at the terminal, does not have its worker stopped.
func TestTheTerminalStopsNoWorker(t *testing.T) {
	ours, theirs := terminal(t)
	self, err := os.Executable()
	check(t, err)
	cmd := exec.Command(self, "parent", "terminal")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = theirs, theirs, theirs
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	check(t, cmd.Start())
	defer cmd.Wait()
	defer cmd.Process.Kill()
	lines := make(chan string)
	go func() {
		defer close(lines)
		for out := bufio.NewScanner(ours); out.Scan(); {
			lines <- out.Text()
		}
	}()
	var said []string
	worker := 0
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	late := time.After(time.Minute)
	for {
		select {
		case line := <-lines:
			said = append(said, line)
			fmt.Sscanf(line, "worker %d", &worker)
			if strings.HasPrefix(line, "a task has asked:") {
				if len(said) != 3 || said[1] != "a task says hello" || !strings.Contains(line, "exit status") {
					t.Errorf("%q: want a task that prints, and one that finds no terminal to ask at", said)
				}
				return
			}
		case <-look.C:
			if worker != 0 && state(t, fmt.Sprintf("/proc/%d/stat", worker)) == 'T' {
				unix.Kill(worker, unix.SIGCONT)
				t.Fatalf("the terminal has stopped the worker after %q", said)
			}
		case <-late:
			t.Fatalf("a minute has passed: %q", said)
		}
	}
}

// state returns the state of a process or a thread as the kernel shows it: a T is one that is stopped.
func state(t *testing.T, file string) byte {
	t.Helper()
	stat, err := os.ReadFile(file)
	if err != nil {
		return 0 // it has ended
	}
	_, behind, ok := bytes.Cut(stat, []byte(") "))
	if !ok || len(behind) == 0 {
		t.Fatalf("%q", stat)
	}
	return behind[0]
}

// leaves tries to leave its worker's process group for another, where the pool's signals would not
// reach it.
var leaves = pool.Func("leaves", func(_ context.Context, _ int) (int, error) {
	group, err := unix.Getpgid(os.Getppid())
	if err == nil {
		err = unix.Setpgid(0, group)
	}
	return 0, err
})

func TestAWorkerCannotLeaveItsGroup(t *testing.T) {
	_, err := leaves.Call(t.Context(), newPool(t, pool.Workers(1)), 0)
	var remote *pool.RemoteError
	if !errors.As(err, &remote) || remote.Text != unix.EPERM.Error() {
		t.Errorf("%v, want %v", err, unix.EPERM)
	}
}

// A worker that is stopped is one that takes long: its time limit ends it, and so does Close.
func TestAStoppedWorkerIsEnded(t *testing.T) {
	p := newPool(t, pool.Workers(1), pool.TimeLimit(100*time.Millisecond), pool.Grace(10*time.Millisecond))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	stop(ctx, t, p.PIDs()[0])
	if _, err := square.Submit(t.Context(), p, 1).Wait(ctx); !errors.Is(err, pool.ErrTimeLimit) {
		t.Error(err)
	}
	for len(p.PIDs()) == 0 { // the next is being started
		if time.Sleep(time.Millisecond); ctx.Err() != nil {
			t.Fatal("there is no next worker")
		}
	}
	stop(ctx, t, p.PIDs()[0])
	check(t, p.Close())
}

func init() { stop = stopThreads }

// stopThreads stops a process and returns when each of its threads has stopped.
func stopThreads(ctx context.Context, t *testing.T, pid int) {
	t.Helper()
	check(t, unix.Kill(pid, unix.SIGSTOP))
	for stopped := false; !stopped; {
		if ctx.Err() != nil {
			t.Fatal("the worker does not stop")
		}
		threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", pid))
		check(t, err)
		stopped = len(threads) > 0
		for _, thread := range threads {
			stopped = stopped && state(t, thread) == 'T'
		}
	}
}
