package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
)

// Backwards starts process n first and gives it the pipe that the token is put into. Nothing
// but the order of the processes is different from a token that goes forwards.
func Backwards(n int) error {
	from, put, err := os.Pipe() // we put the token in here
	if err != nil {
		return err
	}
	var processes []*exec.Cmd
	for number := n; number >= 1; number-- {
		next, to, err := os.Pipe()
		if err != nil {
			return err
		}
		process, err := start(number, from, to)
		if err != nil {
			return err
		}
		processes = append(processes, process)
		from.Close() // the child has copies of both; if we kept ours open, nobody would notice its death
		to.Close()
		from = next
	}
	put.Write([]byte("t")) // no need to check this error: if the write fails, the ReadFull below fails, too
	put.Close()
	_, err = io.ReadFull(from, make([]byte, 1))
	for _, process := range processes {
		err = errors.Join(err, process.Wait())
	}
	if err == nil {
		fmt.Println("the token is back")
	}
	return err
}
