package main

// What is given. It is right as it is: your program goes into exercise.go.

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

var errNotBegun = errors.New("not begun: write Answers in examples/multiprocessing/exercise/exercise.go")

func main() {
	log.SetFlags(0)
	list := flag.String("tasks", "1,2,-3,4,5,6", "the `numbers` to square; a negative one kills its worker")
	p := flag.Int("p", 2, "how many workers, a `number` from 1 to 16")
	flag.Parse()
	tasks, err := parse(*list)
	if err != nil || *p < 1 || *p > 16 || flag.NArg() > 1 || flag.NArg() == 1 && flag.Arg(0) != "worker" {
		fmt.Fprintln(os.Stderr, "usage: exercise [-tasks at most 100 numbers from -1000 to 1000, separated by commas] [-p number from 1 to 16]")
		os.Exit(2)
	}
	if flag.NArg() == 1 {
		serve()
		return
	}
	together = int64(min(*p, len(tasks)))
	answers, err := Answers(tasks, *p)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d answers, %d workers left\n", len(answers), alive.Load())
	for _, a := range answers {
		fmt.Printf("%v\n", a)
	}
}

func parse(list string) (tasks []int, err error) {
	for _, word := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' }) {
		n, err := strconv.Atoi(word)
		if err != nil || n < -1000 || n > 1000 || len(tasks) == 100 {
			return nil, errors.New("no such task")
		}
		tasks = append(tasks, n)
	}
	return tasks, nil
}

// serve is what a worker does. It ends when its standard input does.
func serve() {
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		n, err := strconv.Atoi(in.Text())
		if err != nil || n < 0 {
			os.Exit(3)
		}
		fmt.Println(n * n)
	}
}

// An answer is a square, or the error that was returned instead.
type answer struct {
	square int
	err    error
}

func (a answer) String() string {
	if a.err != nil {
		return a.err.Error()
	}
	return strconv.Itoa(a.square)
}

// A worker is a process that squares numbers, one after the other.
//
//lint:ignore U1000 your program uses it
type worker struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out io.Reader
}

var (
	alive, calls atomic.Int64
	together     int64                 // so many calls of square must be under way at the same time
	met          = make(chan struct{}) // closed when they are
	errDead      = errors.New("the worker is dead, and can do no more")
)

// start starts a worker.
//
//lint:ignore U1000 your program uses it
func start() (*worker, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	w := &worker{cmd: exec.Command(self, "worker")}
	if w.in, err = w.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if w.out, err = w.cmd.StdoutPipe(); err != nil {
		return nil, err
	}
	w.cmd.Stderr = os.Stderr
	if err := w.cmd.Start(); err != nil {
		return nil, err
	}
	alive.Add(1)
	fmt.Printf("[worker %d] starts\n", w.cmd.Process.Pid)
	return w, nil
}

// square gives the worker a task, and waits for the answer. It returns an error if the worker has
// died of it.
//
//lint:ignore U1000 your program uses it
func (w *worker) square(n int) (square int, err error) {
	fmt.Printf("[worker %d] gets %d\n", w.cmd.Process.Pid, n)
	if w.cmd.ProcessState != nil {
		return 0, errDead
	}
	meet()
	fmt.Fprintln(w.in, n)
	if _, err := fmt.Fscan(w.out, &square); err != nil {
		w.in.Close()
		alive.Add(-1)
		return 0, fmt.Errorf("task %d: %w", n, w.cmd.Wait())
	}
	return square, nil
}

// end ends a worker that is alive, and waits for it.
//
//lint:ignore U1000 your program uses it
func (w *worker) end() error {
	if w.cmd.ProcessState != nil {
		return errDead
	}
	w.in.Close()
	alive.Add(-1)
	return w.cmd.Wait()
}

// meet lets the first calls wait until all workers have a task. It does not wait for ever.
func meet() {
	switch n := calls.Add(1); {
	case n > together:
		return
	case n == together:
		close(met)
	}
	select {
	case <-met:
	case <-time.After(5 * time.Second):
		fmt.Println("waited for others, and nobody came")
	}
}
