package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// Send sends each item as a quoted line, in which a newline is escaped. A line that is not quoted is
// the goodbye.
func Send(w io.Writer, next func() (string, bool)) error {
	for item, ok := next(); ok; item, ok = next() {
		if _, err := fmt.Fprintf(w, "%q\n", item); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(w, "goodbye")
	return err
}

// Receive expects the goodbye.
func Receive(r io.Reader, use func(string)) error {
	for in := bufio.NewReader(r); ; {
		line, err := in.ReadString('\n')
		if err != nil {
			return errors.Join(errors.New("no goodbye"), err) // an error of two lines
		}
		if line == "goodbye\n" {
			return nil
		}
		item, err := strconv.Unquote(line[:len(line)-1])
		if err != nil {
			return err
		}
		use(item)
	}
}
