package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
)

// A process asked for nonsense says so, and neither ends nor hangs.
func FuzzRequest(f *testing.F) {
	for _, s := range []string{"table", "count 0 1", "open \"x\" 1 \"\" 1 false", "count -5 99", "go on", "", "open"} {
		f.Add(s)
	}
	in := textInput(f, "one two\n")
	f.Fuzz(func(t *testing.T, request string) {
		for _, before := range []string{"", fmt.Sprintf("open %q 8 \"\" 100000 false", in.name)} {
			var task wordTask
			out := bufio.NewWriter(io.Discard)
			if before != "" {
				if err := task.handle(before, nil, out); err != nil {
					t.Fatal(err)
				}
			}
			task.handle(request, nil, out) // an error is as good as an answer
			task.file.Close()
		}
	})
}

// So do the processes of the other crews.
func FuzzOtherRequests(f *testing.F) {
	for _, s := range []string{
		"rows 3 2 0 2", "rows 0 0 0 0", "rows -3 2 0 2", "rows 99999999999 2 0 2", "rows 3 2 1 0", "step 9",
		"take 3 2 0 2", "take 3 2 0 3", "step -1", "upper \"x\" 8 0 8", "upper \"x\" 8 8 0", "upper \"x\" -1 -2 -1",
		"upper \"x\" 9223372036854775807 0 9223372036854775807", "0 9", "9 0", "-1 1", "0 9 9", "0 99999999999 9", "",
	} {
		f.Add(s)
	}
	in := textInput(f, "one two\n")
	slow := regexp.MustCompile(`[0-9]{4,9}`) // large, and yet allowed: not to be waited for
	f.Fuzz(func(t *testing.T, request string) {
		if slow.MatchString(request) && !strings.HasPrefix(request, "upper") {
			t.Skip()
		}
		request = strings.Replace(request, `"x"`, fmt.Sprintf("%q", in.name), 1)
		told := make(chan string)
		close(told) // the piece is asked for at once
		var rows rowsTask
		rows.handle("take 3 2 0 2", told, bufio.NewWriter(io.Discard))
		for _, handle := range []handler{rows.handle, handleUpper, handleRange, handleBlocks} {
			handle(request, told, bufio.NewWriter(io.Discard)) // an error is as good as an answer
		}
	})
}

// An answer is the count of a range within the file, or an error that says whose
// it is.
func FuzzAnswer(f *testing.F) {
	for _, s := range []string{
		"done 0 9 1 2\n", "done 0 9 1 2", "done 9 0 1 2\n", "done 0 9 1 10\n", "done 0 9 1 2 3\n", "done  0 9 1 2\n",
		"done -1 9 1 2\n", "done 0 9 -1 2\n", "fail \"no\"\n", "fail\n", "unfit \"no\"\n", "half\n", "", "\n",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, answer string) {
		if strings.HasPrefix(answer, "half\n") {
			t.Skip() // waits for a line from the standard input
		}
		w := worker{number: 7, out: bufio.NewReader(strings.NewReader(answer)), wait: func() error { return nil }}
		sum, err := w.counted(piece{}, false, nil)
		switch {
		case err != nil && !strings.HasPrefix(answer, "unfit") && !strings.HasPrefix(err.Error(), "process 7: "):
			t.Errorf("%q: the error is %q", answer, err)
		case err == nil && (sum.lines < 0 || sum.words < 0 || max(sum.lines, sum.words) > sum.bytes):
			t.Errorf("%q is taken for %+v", answer, sum)
		case err == nil && !bytes.HasPrefix([]byte(answer), []byte("done ")):
			t.Errorf("%q is taken for a count", answer)
		}
	})
}

// A reader that counts how many bytes were asked of it.
type countingReader struct {
	io.ReaderAt
	asked int
}

func (r *countingReader) ReadAt(p []byte, at int64) (int, error) {
	r.asked += len(p)
	return r.ReaderAt.ReadAt(p, at)
}

// However many pieces a line has, it is searched for its end about once.
func TestALongLineIsSearchedOnce(t *testing.T) {
	const size, chunk = 1_000_000, 1000
	r := countingReader{ReaderAt: strings.NewReader(strings.Repeat("x", size))}
	var c cutter
	for at := int64(0); at <= size; at += chunk {
		to, err := c.cut(&r, size, at, lineEnds)
		if err != nil || at > 0 && to != size {
			t.Fatalf("%d is moved to %d (%v), want %d", at, to, err, size)
		}
	}
	if r.asked > 2*size {
		t.Errorf("%d bytes were read of a line of %d", r.asked, size)
	}
}
