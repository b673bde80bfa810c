package main

import (
	"strings"
	"testing"
)

// FuzzParseState holds that the state is found behind any name, and that nothing else is taken for it.
func FuzzParseState(f *testing.F) {
	for _, name := range []string{"cat", "", "a b", ") R (", "(", ")", ") ", ") Z 1", "\n"} {
		f.Add(name, "S 1 7 7 0 -1")
	}
	f.Add("cat", "")
	f.Add("cat", "1 S")
	f.Fuzz(func(t *testing.T, name, rest string) {
		if strings.Contains(rest, ") ") {
			t.Skip("only the name can hold this")
		}
		state, err := parseState([]byte("7 (" + name + ") " + rest))
		letter := rest != "" && rest[0] >= 'A' && rest[0] <= 'z'
		if letter != (err == nil) || err == nil && state != rest[0] {
			t.Errorf("parseState of name %q, then %q = %q, %v", name, rest, state, err)
		}
	})
}
