//go:build unix

package main

import (
	"strconv"
	"strings"
	"testing"
)

// FuzzParsePid holds that what is read is what a daemon writes, and a number that a signal may go to.
func FuzzParsePid(f *testing.F) {
	for _, text := range []string{"4711\n", "2\n", "2147483647\n", "4711", "1\n", "0\n", "-1\n", "-4711\n",
		"+7\n", "007\n", "7 \n", " 7\n", "7\n7\n", "2147483648\n", "x\n", "\n", "", "7\x00\n", "0x10\n", "1_000\n"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		pid, err := parsePid(text)
		if err != nil {
			if pid != 0 || strings.Count(err.Error(), "\n") > 0 {
				t.Errorf("parsePid(%q) = %d, %q: want 0 and one line", text, pid, err)
			}
			return
		}
		if pid < 2 || text != strconv.Itoa(pid)+"\n" {
			t.Errorf("parsePid(%q) = %d", text, pid)
		}
	})
}

func TestParsePid(t *testing.T) {
	for text, ok := range map[string]bool{
		"2\n": true, "2147483647\n": true, "2147483648\n": false, "4711": false,
		"1\n": false, "0\n": false, "-1\n": false, "-4711\n": false, "": false,
	} {
		if _, err := parsePid(text); (err == nil) != ok {
			t.Errorf("parsePid(%q): %v", text, err)
		}
	}
}
