package pool

import (
	"bytes"
	"io"
	"os"
	"sync"
)

// A tail passes on what is written to it, and keeps the end. The report of a Go program's crash
// can be long, and says what happened at its beginning: of this, the beginning is kept too.
type tail struct {
	to io.Writer

	mu      sync.Mutex // guards what follows
	written int        // bytes in all
	end     []byte     // the last of them, at least tailSize if there are so many
	crash   []byte     // the beginning of the last report
	crashAt int        // how many bytes were written before it
}

const (
	tailSize  = 8 << 10
	crashSize = 2 << 10
)

var reports = [][]byte{[]byte("\npanic: "), []byte("\nfatal error: ")}

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	for rest := b; len(rest) > 0; {
		n := min(len(rest), tailSize)
		t.add(rest[:n])
		rest = rest[n:]
	}
	t.mu.Unlock()
	if t.to != nil {
		t.to.Write(b) // a failure there is no reason to stop the worker
	}
	return len(b), nil
}

func (t *tail) add(b []byte) {
	if t.end == nil {
		t.end = []byte{'\n'} // so that a report at the very beginning is at the beginning of a line
	}
	t.end = append(t.end, b...)
	t.written += len(b)
	fresh := t.end[max(0, len(t.end)-len(b)-len("\nfatal error: ")+1):]
	found := false
	for _, report := range reports {
		if i := bytes.LastIndex(fresh, report); i >= 0 {
			begin := fresh[i+1:]
			t.crash, t.crashAt, found = bytes.Clone(begin), t.written-len(begin), true
		}
	}
	if !found && t.crash != nil && len(t.crash) < crashSize {
		t.crash = append(t.crash, b...)
	}
	if len(t.end) > 2*tailSize {
		t.end = append(t.end[:0], t.end[len(t.end)-tailSize:]...)
	}
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	end := t.end[max(0, len(t.end)-min(tailSize, t.written)):]
	if t.crash == nil || t.written-t.crashAt <= len(end) {
		return string(end)
	}
	crash := t.crash[:min(len(t.crash), crashSize)]
	end = end[max(0, len(end)-(tailSize-crashSize)):]
	return string(crash) + "\n…\n" + string(end)
}

// A serialWriter lets one worker write at a time.
type serialWriter struct {
	mu *sync.Mutex // held while w is written to
	w  io.Writer
}

func (s serialWriter) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.w.Write(b)
}

// serialised returns w for several workers. A file needs no lock: one write is one write.
func serialised(w io.Writer, mu *sync.Mutex) io.Writer {
	if _, file := w.(*os.File); file || w == nil {
		return w
	}
	return serialWriter{mu, w}
}
