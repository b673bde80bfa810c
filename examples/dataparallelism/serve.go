package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
)

// A handler answers one request. It may take further ones from the channel.
type handler func(request string, requests <-chan string, out *bufio.Writer) error

// serve is a crew's other side: it answers requests until its input ends. That
// ends the process even at work; for either the parent has all it wants, or it is
// gone.
func serve(handle handler) error {
	requests := make(chan string)
	go func() {
		in := bufio.NewScanner(os.Stdin)
		for in.Scan() {
			requests <- in.Text()
		}
		os.Exit(0)
	}()
	out := bufio.NewWriter(os.Stdout)
	for request := range requests {
		err := handle(request, requests, out)
		if errors.As(err, new(usageError)) {
			fmt.Fprintf(out, "unfit %q\n", err.Error())
		} else if err != nil {
			fmt.Fprintf(out, "fail %q\n", err.Error())
		}
		if err := out.Flush(); err != nil {
			return err
		}
	}
	return nil
}
