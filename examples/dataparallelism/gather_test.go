package main

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
)

// From one process to nine, in whatever order they finish: the file, in capitals.
func TestEveryCrewGathersTheFileInOrder(t *testing.T) {
	notes := regexp.MustCompile("piece . arrives.*\n") // in small letters: not from the text
	c, err := startCrew(9, "gather-child")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range texts {
		in := textInput(t, text)
		want := []byte(text)
		for i, b := range want {
			if 'a' <= b && b <= 'z' {
				want[i] = b - ('a' - 'A')
			}
		}
		for p := 1; p <= 9; p++ {
			for _, order := range []string{"123456789", "987654321", "314297856"} {
				finish := strings.Map(func(digit rune) rune {
					if int(digit-'0') > p {
						return -1
					}
					return digit
				}, order)
				var out bytes.Buffer
				if err := c[:p].gather(in, finish, &out); err != nil {
					t.Fatal(err)
				}
				if got := notes.ReplaceAll(out.Bytes(), nil); !bytes.Equal(got, want) {
					t.Errorf("%s, finished as %s: %.80q, want %.80q", name, finish, got, want)
				}
			}
		}
	}
	if err := c.end(nil); err != nil {
		t.Error(err)
	}
}
