package main

import (
	"os"
	"os/exec"
)

// pipe joins the two as a shell does: one's standard output is the other's standard input. So the
// producer may print nothing else there.
var pipe = mechanism{
	name: "pipe",
	data: true,
	join: func(producer, consumer *exec.Cmd, dir string) ([]*os.File, error) {
		r, w, err := os.Pipe()
		if err != nil {
			return nil, err
		}
		producer.Stdout, consumer.Stdin = w, r
		return []*os.File{r, w}, nil
	},
	sender:   func(string) (sender, error) { return newStream(os.Stdout), nil },
	receiver: func(string) (receiver, error) { return newStream(os.Stdin), nil },
}

func runPipe(args []string) error { return runPair(pipe, args) }
