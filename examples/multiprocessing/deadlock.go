package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
)

const recordSize = 4096 // of a task and of an answer: a page

// runDeadlock is a pool of one worker, by hand. The worker answers each task before it reads the
// next. Sending all tasks before reading any answer fills both pipes, and nobody can go on.
func runDeadlock(args []string) error {
	fs := newFlags("deadlock")
	n := intFlag(fs, "n", 100, 0, 10_000, "how many tasks of a page each")
	read := fs.Bool("read", false, "read the answers while sending")
	if err := parse(fs, args); err != nil {
		return err
	}
	tasks, answers, cmd, err := startDeadlockChild()
	if err != nil {
		return err
	}
	var begun atomic.Int64 // writes
	var dead deadlock
	stop := make(chan struct{})
	var dog sync.WaitGroup
	if !*read {
		dog.Go(func() {
			if dead = watch(tasks, answers, &begun, stop); dead != "" {
				cmd.Process.Kill() // our write fails, and we go on
			}
		})
	}

	got := make(chan int, 1)
	receive := func() { got <- count(answers) }
	if *read {
		go receive()
	}
	sent := 0
	record := make([]byte, recordSize)
	for range *n {
		begun.Add(1)
		if _, err := tasks.Write(record); err != nil { // NOTE: incorrect: nobody reads the answers yet
			break
		}
		sent++
	}
	tasks.Close()
	if !*read {
		go receive()
	}
	answered := <-got
	close(stop)
	dog.Wait()
	err = cmd.Wait()
	answers.Close()
	if dead != "" {
		return fmt.Errorf("deadlock after %d tasks: %s", sent, dead)
	}
	say("%d tasks sent, %d answered", sent, answered)
	return err
}

// A deadlock says why nothing can move, or is empty.
type deadlock string

func startDeadlockChild() (tasks, answers *os.File, cmd *exec.Cmd, err error) {
	childIn, tasks, err := os.Pipe()
	if err != nil {
		return nil, nil, nil, err
	}
	defer childIn.Close()
	answers, childOut, err := os.Pipe()
	if err != nil {
		tasks.Close()
		return nil, nil, nil, err
	}
	defer childOut.Close()
	if err = errors.Join(sizePipe(tasks), sizePipe(answers)); err == nil {
		cmd = self("deadlock-child")
		cmd.Stdin, cmd.Stdout = childIn, childOut
		err = cmd.Start()
	}
	if err != nil {
		tasks.Close()
		answers.Close()
	}
	return tasks, answers, cmd, err
}

func count(r io.Reader) (n int) {
	in := bufio.NewReader(r)
	for record := make([]byte, recordSize); ; n++ {
		if _, err := io.ReadFull(in, record); err != nil {
			return n
		}
	}
}

func deadlockChild(args []string) error {
	record := make([]byte, recordSize)
	for {
		if _, err := io.ReadFull(os.Stdin, record); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if _, err := os.Stdout.Write(record); err != nil {
			return err
		}
	}
}
