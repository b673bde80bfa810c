package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Whatever happens to the file after it was opened, before the processes open it
// or later: there is no result.
func TestAChangedFileGivesNoResult(t *testing.T) {
	const before, after = "the fog comes\non little cat feet\n", "the dog comes\nto kittle cat feed\n"
	changes := map[string]func(in *input) error{
		"grows":      func(in *input) error { return os.WriteFile(in.name, []byte(before+after), 0o600) },
		"shrinks":    func(in *input) error { return os.Truncate(in.name, 3) },
		"is emptied": func(in *input) error { return os.Truncate(in.name, 0) },
		"has other words, as many": func(in *input) error {
			if err := os.WriteFile(in.name, []byte(after), 0o600); err != nil {
				return err
			}
			return os.Chtimes(in.name, time.Time{}, in.time.Add(time.Second)) // however coarse the clock is
		},
		"is replaced by another, as large and as old": func(in *input) error {
			other := filepath.Join(t.TempDir(), "other")
			if err := os.WriteFile(other, []byte(after), 0o600); err != nil {
				return err
			}
			if err := os.Chtimes(other, time.Time{}, in.time); err != nil {
				return err
			}
			return os.Rename(other, in.name)
		},
		"is removed": func(in *input) error { return os.Remove(in.name) },
	}
	for what, change := range changes {
		for _, opened := range []bool{false, true} {
			in := textInput(t, before)
			c, err := startCrew(2, "words-child", "0")
			if err != nil {
				t.Fatal(err)
			}
			job := wordJob{schedule: "static", ends: lineEnds, limit: 1 << 20}
			if opened {
				_, err = c.countWords(in, job, func(entry) {})
			}
			if err == nil {
				err = change(in)
			}
			if err != nil {
				c.end(err)
				t.Skip(err) // not every system lets an open file be replaced
			}
			if !opened {
				_, err = c.countWords(in, job, func(entry) {})
			}
			err = c.end(in.checked(err))
			if err == nil || !strings.HasSuffix(err.Error(), "changed while it was read: there is no result") {
				t.Errorf("a file that %s, opened before: %t: %v", what, opened, err)
			}
		}
	}
}
