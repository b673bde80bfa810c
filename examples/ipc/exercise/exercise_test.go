package main

import (
	"fmt"
	"strings"
	"testing"

	"example.com/lockstep/examples/internal/exercise"
)

func TestMain(m *testing.M) { exercise.Main(m, main, errNotBegun) }

const (
	finished = "[consumer] the producer has finished"
	dead     = "[consumer] the producer is dead"
)

// A producer that finishes is known to have finished, whatever it has sent. One whose stream ends
// earlier, after any byte, is known to be dead, and what came of it was sent.
func TestReceive(t *testing.T) {
	for _, items := range []string{"one,two", "a,,b", "goodbye,bye,end,EOF,done,.", "two\nlines,\n\n,\x01", strings.Repeat("x", 300), ""} {
		sent := strings.Split(items, ",")
		got, last, bytes, out := run(t, items, -1)
		if !strings.HasPrefix(last, finished) {
			t.Fatalf("the producer has sent %q and finished, and the consumer takes it for dead\n%s", sent, out)
		}
		if !equal(got, sent) {
			t.Fatalf("the producer has sent the items %q, and the consumer has got %q\n%s", sent, got, out)
		}
		for _, cut := range cuts(bytes) {
			got, last, _, out := run(t, items, cut)
			if !strings.HasPrefix(last, dead) {
				t.Fatalf("the stream of the items %q ends after %d of %d bytes, and the consumer takes the producer for finished\n%s", sent, cut, bytes, out)
			}
			if len(got) > len(sent) || !equal(got, sent[:len(got)]) {
				t.Fatalf("the stream of the items %q ends after %d of %d bytes, and the consumer has got %q, which nobody sent so\n%s", sent, cut, bytes, got, out)
			}
		}
	}
}

// cuts returns where to end a stream: after each byte, and in a long one after the first and last.
func cuts(bytes int) (all []int) {
	for cut := range bytes {
		if cut < 10 || cut >= bytes-10 || cut%100 == 0 {
			all = append(all, cut)
		}
	}
	return all
}

// run returns what the consumer got, its last line, and how many bytes the producer sent.
func run(t *testing.T, items string, cut int) (got []string, last string, bytes int, out exercise.Output) {
	t.Helper()
	out = exercise.Run(t, "-items", items, "-cut", fmt.Sprint(cut))
	out.Succeeds(t)
	for _, line := range out.Lines {
		var item string
		if _, err := fmt.Sscanf(line, "[consumer] gets %q", &item); err == nil {
			got = append(got, item)
		}
		fmt.Sscanf(line, "the producer has sent %d bytes", &bytes)
		if strings.HasPrefix(line, "[consumer] ") { // an error may have several lines
			last = line
		}
	}
	if len(out.Lines) < 2 {
		t.Fatalf("the consumer says nothing\n%s", out)
	}
	return got, last, bytes, out
}

func equal(a, b []string) bool {
	return strings.Join(a, ",") == strings.Join(b, ",") && len(a) == len(b)
}
