package main

import (
	"errors"
	"fmt"
	"os"
)

// Backwards makes the chain from its end: process 1 writes into the pipe that we read from, process 2 into the one that
// process 1 reads from.
func Backwards(n int) error {
	last, to, err := os.Pipe()
	if err != nil {
		return err
	}
	put, err := chain(1, n, to)
	if err != nil {
		return err
	}
	fmt.Fprint(put, "t")
	put.Close()
	if n, err := last.Read([]byte{0}); n != 1 {
		return errors.Join(errors.New("the token is lost"), err)
	}
	fmt.Println("the token is back")
	return nil
}

// chain starts the processes from number to n, in front of a pipe, and returns the pipe in front of them all.
func chain(number, n int, to *os.File) (put *os.File, err error) {
	if number > n {
		return to, nil
	}
	from, put, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	process, err := start(number, from, to)
	if err != nil {
		return nil, err
	}
	go process.Wait()
	from.Close()
	to.Close()
	return chain(number+1, n, put)
}
