package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// texts are those at whose borders something can go wrong.
var texts = map[string]string{
	"empty":           "",
	"one byte":        "a",
	"one newline":     "\n",
	"only newlines":   strings.Repeat("\n", 50),
	"fewer lines":     "one two\nthree four\n",
	"no last newline": "one two\nthree four\nfive",
	"one line":        strings.Repeat("word and word ", 700),
	"a line of words": strings.Repeat("a\n", 300),
	"other spaces":    strings.Repeat("a\tb  c\v\f d\r\n \n", 40),
	"high bytes":      strings.Repeat("ä\xff\x85 \xa0\x01 \n", 40), // white space in other encodings
	"long words":      strings.Repeat(strings.Repeat("x", 9000)+"\n"+strings.Repeat("y", maxWord)+" ", 5),
}

// expect counts by other means.
func expect(text string) (totals, map[string]uint64) {
	words := strings.FieldsFunc(toLatin(text), func(c rune) bool { return strings.ContainsRune(whiteSpace, c) })
	counts := map[string]uint64{}
	for _, w := range words {
		counts[fromLatin(w)]++
	}
	return totals{int64(strings.Count(text, "\n")), int64(len(words)), int64(len(text))}, counts
}

// toLatin makes each byte a rune, so that FieldsFunc sees bytes.
func toLatin(s string) string {
	runes := make([]rune, len(s))
	for i := range len(s) {
		runes[i] = rune(s[i])
	}
	return string(runes)
}

func fromLatin(s string) string {
	var b []byte
	for _, r := range s {
		b = append(b, byte(r))
	}
	return string(b)
}

func textInput(t testing.TB, text string) *input {
	name := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	in, err := openInput(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(in.close)
	return in
}

// check fails the test unless count finds what is expected.
func check(t testing.TB, wantSum totals, want map[string]uint64, count func(yield func(entry)) (totals, error)) {
	t.Helper()
	got, last := map[string]uint64{}, ""
	sum, err := count(func(e entry) {
		if e.word <= last {
			t.Errorf("%.20q comes after %.20q", e.word, last)
		}
		last = e.word
		got[e.word] = e.n
	})
	if err != nil {
		t.Fatal(err)
	}
	if sum != wantSum {
		t.Errorf("counted %+v, want %+v", sum, wantSum)
	}
	if !maps.Equal(got, want) {
		t.Errorf("counted %d words %.200v, want %d %.200v", len(got), got, len(want), want)
	}
}

// From one process to nine, under every schedule, with pieces of any size: the
// serial result.
func TestEveryCrewFindsTheSerialResult(t *testing.T) {
	c, err := startCrew(9, "words-child", "0")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range texts {
		in := textInput(t, text)
		sum, words := expect(text)
		check(t, sum, words, func(y func(entry)) (totals, error) { return countSerially(in, wordJob{limit: 1 << 24}, y) })
		for _, schedule := range schedules {
			for _, chunk := range []int64{1, 7, 64, 8192} {
				pieces := int64(len(text)) / chunk
				if schedule == "static" && chunk > 1 || schedule != "static" && (pieces < 5 || pieces > 100) {
					continue // nothing new, or nothing to divide, or too slow
				}
				for p := 1; p <= 9; p++ {
					for _, ends := range []string{lineEnds, whiteSpace} {
						if ends == whiteSpace && schedule != "static" {
							continue
						}
						job := wordJob{p: p, schedule: schedule, chunk: chunk, ends: ends, limit: 1 << 24}
						what := fmt.Sprintf("%s, %s, chunk %d, P=%d, ends %q", name, schedule, chunk, p, ends)
						t.Run(what, func(t *testing.T) {
							check(t, sum, words, func(y func(entry)) (totals, error) { return c[:p].countWords(in, job, y) })
							check(t, sum, words, func(y func(entry)) (totals, error) { return countInGoroutines(in, job, y) })
						})
					}
				}
			}
		}
	}
	if err := c.end(nil); err != nil {
		t.Error(err)
	}
}

// A file that is gone when a process opens it is that process's failure.
func TestAFileThatIsGoneIsAnError(t *testing.T) {
	in := textInput(t, "some words\n")
	c, err := startCrew(2, "words-child", "0")
	if err != nil {
		t.Fatal(err)
	}
	in.name += "-that-is-gone"
	job := wordJob{schedule: "static", ends: lineEnds, limit: 1 << 20}
	_, err = c.countWords(in, job, func(entry) {})
	if err = c.end(err); err == nil || !strings.HasPrefix(err.Error(), "process ") {
		t.Errorf("%v, want the process that could not open it", err)
	}
}
