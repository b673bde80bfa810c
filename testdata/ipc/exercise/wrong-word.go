// want: and the consumer has got ["goodbye" "bye"
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// Send ends with a word that may be an item, too.
func Send(w io.Writer, next func() (string, bool)) error {
	for item, ok := next(); ok; item, ok = next() {
		if _, err := fmt.Fprintf(w, "%s\n", item); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(w, "end")
	return err
}

// Receive stops at the word.
func Receive(r io.Reader, use func(string)) error {
	for in := bufio.NewReader(r); ; {
		line, err := in.ReadString('\n')
		if err != nil {
			return errors.New("no goodbye")
		}
		if line == "end\n" {
			return nil
		}
		use(line[:len(line)-1])
	}
}
