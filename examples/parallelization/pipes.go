package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"example.com/lockstep/examples/hello/lockstep"
	"golang.org/x/sync/errgroup"
)

// throughPipes starts a process for each part, sends it the numbers, and reads the results.
func throughPipes(job string, n, p int) (vectors, func()) {
	v := newVectors(make([]float32, 3*n))
	return v, func() {
		var all errgroup.Group
		for i := range p {
			lo, hi := part(i, p, n)
			mine := vectors{v.sum[lo:hi], v.a[lo:hi], v.b[lo:hi]}
			all.Go(func() error { return throughPipe(fmt.Sprintf("process %d", i+1), job, mine) })
		}
		lockstep.Check(all.Wait())
	}
}

func throughPipe(name, job string, v vectors) error {
	in, numbers, err := os.Pipe()
	if err != nil {
		return err
	}
	defer numbers.Close()
	process := lockstep.Command(name, "pipe-worker", in, len(v.sum), job)
	process.Cmd.Stdout = nil
	results, err := process.Cmd.StdoutPipe()
	if err == nil {
		err = process.Start()
	}
	in.Close() // the process has its own; ours would hide its death
	if err != nil {
		return err
	}
	did.started.Add(1)
	did.requests.Add(1)
	did.sent.Add(int64(3 * len(v.sum)))
	_, errA := numbers.Write(bytesOf(v.a))
	_, errB := numbers.Write(bytesOf(v.b))
	_, errSum := io.ReadFull(results, bytesOf(v.sum))
	if err := process.Wait(); err != nil {
		return err // how it ended says more than the end of a pipe
	}
	return errors.Join(errA, errB, errSum)
}

// pipeWorker reads both vectors and writes the results to its standard output.
func pipeWorker(args lockstep.Args) {
	v := asVectors(make([]float32, 3*args.Int(1)))
	for _, numbers := range [][]float32{v.a, v.b} {
		_, err := io.ReadFull(args.File(0), bytesOf(numbers))
		lockstep.Check(err)
	}
	v.do(args[2], 0, len(v.sum))
	_, err := os.Stdout.Write(bytesOf(v.sum))
	lockstep.Check(err)
}
