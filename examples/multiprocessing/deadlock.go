package main

import (
	"cmp"
	"io"
	"os"

	"example.com/lockstep/examples/hello/lockstep"
)

const taskSize = 4096 // bytes of a task, and of an answer

// runDeadlock is a pool of one worker, by hand. The worker answers each task before it reads the
// next one.
func runDeadlock(f *lockstep.Flags) {
	n := f.Number("n", 100, 0, 10_000, "how many tasks")
	read := f.Bool("read", false, "read the answers while sending")
	f.Parse()
	workerIn, tasks, err := os.Pipe()
	lockstep.Check(err)
	answers, workerOut, err := os.Pipe()
	lockstep.Check(err)
	exchange, to := readWhileSending, io.WriteCloser(tasks)
	if !*read {
		exchange = sendThenRead
		to, err = newDetector(tasks, answers)
		lockstep.Check(err)
	}
	worker, err := lockstep.Start("worker", "echo", workerIn, workerOut)
	lockstep.Check(err)
	lockstep.Check(workerIn.Close())
	lockstep.Check(workerOut.Close()) // the worker has its own; ours would hide its end
	received, err := exchange(to, answers, *n, taskSize)
	lockstep.Check(cmp.Or(worker.End(), err)) // how the worker ended says more than the end of a pipe
	lockstep.Say("%d tasks sent, %d answered", *n, received/taskSize)
}

// sendThenRead sends n tasks to a worker, and then reads the answers. It returns how many bytes of
// answers there were.
func sendThenRead(tasks io.WriteCloser, answers io.Reader, n, size int) (int64, error) {
	for range n {
		if _, err := tasks.Write(make([]byte, size)); err != nil { // NOTE: incorrect: nobody reads yet
			return 0, err
		}
	}
	tasks.Close()
	return io.Copy(io.Discard, answers)
}

// readWhileSending sends n tasks to a worker, and reads the answers at the same time.
func readWhileSending(tasks io.WriteCloser, answers io.Reader, n, size int) (int64, error) {
	failed := make(chan error, 1)
	go func() {
		defer close(failed)
		defer tasks.Close()
		for range n {
			if _, err := tasks.Write(make([]byte, size)); err != nil {
				failed <- err
				return
			}
		}
	}()
	received, err := io.Copy(io.Discard, answers)
	return received, cmp.Or(<-failed, err)
}

// echo is the worker: the answer to a task is the task.
func echo(args lockstep.Args) {
	tasks, answers, record := args.File(0), args.File(1), make([]byte, taskSize)
	for {
		_, err := io.ReadFull(tasks, record)
		if err == io.EOF {
			return
		}
		lockstep.Check(err)
		_, err = answers.Write(record)
		lockstep.Check(err)
	}
}
