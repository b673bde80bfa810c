package main

import (
	"encoding/gob"
	"errors"
	"io"
)

// Send sends all items as one gob, which says how long it is.
func Send(w io.Writer, next func() (string, bool)) error {
	var items []string
	for item, ok := next(); ok; item, ok = next() {
		items = append(items, item)
	}
	return gob.NewEncoder(w).Encode(items)
}

// Receive has all of it, or an error.
func Receive(r io.Reader, use func(string)) error {
	var items []string
	if err := gob.NewDecoder(r).Decode(&items); err != nil {
		return errors.New("only a part of it came")
	}
	for _, item := range items {
		use(item)
	}
	return nil
}
