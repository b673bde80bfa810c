package main

import (
	"fmt"
	"slices"
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
		bytes, consumers, out := run(t, items, nil)
		got, last := consumers[0].got, consumers[0].last
		if !strings.HasPrefix(last, finished) {
			t.Fatalf("the producer has sent %q and finished, and the consumer takes it for dead\n%s", sent, out)
		}
		if !equal(got, sent) {
			t.Fatalf("the producer has sent the items %q, and the consumer has got %q\n%s", sent, got, out)
		}
		where := cuts(bytes)
		_, consumers, out = run(t, items, where)
		for i, cut := range where {
			got, last := consumers[i].got, consumers[i].last
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

// A consumer is what one said: the items it got, and its last line.
type consumer struct {
	got  []string
	last string
}

// run returns how many bytes the producer sent, and a consumer for each number of bytes after which
// the stream ended, or one that got them all.
func run(t *testing.T, items string, cuts []int) (bytes int, consumers []consumer, out exercise.Output) {
	t.Helper()
	args := []string{"-items", items}
	for _, cut := range cuts {
		args = append(args, "-cut", fmt.Sprint(cut))
	}
	out = exercise.Run(t, args...)
	out.Succeeds(t)
	for _, line := range out.Lines {
		var item string
		switch {
		case strings.HasPrefix(line, "the producer has sent "):
			fmt.Sscanf(line, "the producer has sent %d bytes", &bytes)
			if cuts == nil {
				consumers = append(consumers, consumer{})
			}
		case strings.HasPrefix(line, "it is killed after "):
			consumers = append(consumers, consumer{})
		case strings.HasPrefix(line, "[consumer] ") && len(consumers) > 0: // an error may have several lines
			c := &consumers[len(consumers)-1]
			c.last = line
			if _, err := fmt.Sscanf(line, "[consumer] gets %q", &item); err == nil {
				c.got = append(c.got, item)
			}
		}
	}
	if len(consumers) != max(1, len(cuts)) || slices.ContainsFunc(consumers, func(c consumer) bool { return c.last == "" }) {
		t.Fatalf("a consumer says nothing\n%s", out)
	}
	return bytes, consumers, out
}

func equal(a, b []string) bool {
	return strings.Join(a, ",") == strings.Join(b, ",") && len(a) == len(b)
}
