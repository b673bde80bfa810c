package pool

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// Whatever arrives, frames are read from it or a ProtocolError is returned, in bounded memory; and
// frames that were read are, written again, the bytes they came from.
func FuzzFrames(f *testing.F) {
	whole := appendFrame(appendFrame(nil, frame{kindAnswers, 7, appendReply(nil, reply{endResult, []byte("abc")})}), frame{kindHello, 0, []byte{1}})
	f.Add(whole)
	f.Add(whole[:len(whole)-1])                                       // truncated
	f.Add(whole[:3])                                                  // in the length
	f.Add(binary.LittleEndian.AppendUint32(nil, 1<<31))               // oversized
	f.Add(binary.LittleEndian.AppendUint32(nil, 3))                   // undersized
	f.Add([]byte{9, 0, 0, 0, 99, 0, 0, 0, 0, 0, 0, 0, 0})             // no such kind
	f.Add([]byte{9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})              // kind 0
	f.Add(append(bytes.Repeat(whole, 5000), whole[:len(whole)/2]...)) // longer than a buffer
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, r := range []io.Reader{bytes.NewReader(data), iotest.OneByteReader(bytes.NewReader(data))} {
			fr := frameReader{r: r, limit: 1 << 16, keep: len(data)%2 == 0}
			var again []byte
			for {
				frames, err := fr.next()
				for _, f := range frames {
					again = appendFrame(again, f)
				}
				if err == nil && len(frames) == 0 {
					t.Fatal("neither a frame nor an error")
				}
				if err == nil {
					continue
				}
				var protocol *ProtocolError
				switch {
				case err == io.EOF:
					if len(again) != len(data) {
						t.Errorf("%d of %d bytes, and no error", len(again), len(data))
					}
				case err != io.ErrUnexpectedEOF && !errors.As(err, &protocol):
					t.Errorf("%T %v", err, err)
				}
				break
			}
			if !bytes.HasPrefix(data, again) {
				t.Error("frames were read that were not there")
			}
			if cap(fr.buf) > readSize+2*len(data) {
				t.Errorf("a buffer of %d bytes for %d", cap(fr.buf), len(data))
			}
			if len(data) > 4096 {
				break // byte by byte takes too long
			}
		}
	})
}

type counted struct{ answers, given int }

func (c *counted) answer(a answer) { c.answers += a.n }
func (c *counted) ended() error    { return nil }
func (c *counted) gather() *run {
	c.given++
	return &run{n: 1, call: c, name: "f", index: c.given - 1, args: []byte{0, 0, 0, 0}}
}

// A worker may send any frames: each task is answered at most once, no more are answered than were
// sent, and the counts agree.
func FuzzAnswers(f *testing.F) {
	for k := range kindEnd + 1 {
		f.Add(appendFrame(nil, frame{k, 1, binary.AppendUvarint(nil, 2)}))
		f.Add(appendFrame(appendFrame(nil, frame{kindAnswers, 1, appendReply(nil, reply{endResult, nil})}), frame{k, 2, binary.AppendUvarint(nil, math.MaxUint64)}))
		f.Add(appendFrame(appendFrame(nil, frame{kindReturned, 3, []byte{4}}), frame{k, 1, []byte{200}}))
	}
	f.Add(appendFrame(nil, frame{kindAnswers, 1, slices.Repeat(appendReply(nil, reply{endResult, []byte("a")}), 10)}))
	f.Add(appendFrame(nil, frame{kindAnswers, 1, append(slices.Repeat(appendReply(nil, reply{endError, []byte("a")}), 7), 1, 9)}))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, recovered := range []bool{false, true} {
			p := &Pool{conf: defaults(), room: make(chan struct{})}
			p.idle.L = &p.mu
			w := &worker{p: p, number: 1, window: 100, wake: make(chan struct{}, 1)}
			p.workers = []*worker{w}
			calls := []*counted{{}, {}}
			const tasks = 10
			for i := range tasks {
				if err := p.push(context.Background(), calls[i/5]); err != nil {
					t.Fatal(err)
				}
			}
			w.take(nil)
			if w.sent.tasks != tasks {
				t.Fatal(w.sent.tasks)
			}
			fr := frameReader{r: bytes.NewReader(data), limit: 1 << 16}
			for {
				frames, err := fr.next()
				if err == nil {
					err = w.settle(frames, recovered)
				}
				if err != nil {
					break
				}
			}
			answered := calls[0].answers + calls[1].answers
			if p.pending != tasks-answered || w.sent.tasks+p.queue.tasks != p.pending ||
				calls[0].answers > 5 || calls[1].answers > 5 {
				t.Errorf("%d answered, %d at the worker, %d in the queue, %d pending",
					answered, w.sent.tasks, p.queue.tasks, p.pending)
			}
		}
	})
}

// What does not decode is an error, never a panic; what does is encoded in the same way again.
func FuzzAuto(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{1})
	f.Add(binary.AppendVarint(nil, math.MinInt64))
	f.Add(bytes.Repeat([]byte{0xff}, 12))
	f.Add([]byte{2, 1, 'a', 3, 2, 4})
	f.Fuzz(func(t *testing.T, data []byte) {
		values := []any{new(int), new(int64), new(int32), new(uint64), new(uint32), new(float64), new(bool),
			new(string), new([]byte), new(struct{}), new(map[string][]int), new([]float64),
			new([]struct{ A, B *[]string }), new(map[complex64][2]any), new(*time.Time)}
		for _, v := range values {
			if Auto.Decode(data, v) != nil {
				continue
			}
			b, err := Auto.Append(nil, v)
			if err != nil {
				t.Fatalf("%T: %v", v, err)
			}
			if isPlain(v) && Auto.Decode(b, v) != nil {
				t.Errorf("%T: %x was encoded as %x, which does not decode", v, data, b)
			}
		}
	})
}

func FuzzWorkerConf(f *testing.F) {
	f.Add("1 2 3 4 5 6")
	f.Add("")
	f.Add("1 2 -3 4 5 6")
	f.Fuzz(func(t *testing.T, s string) {
		var c, again workerConf
		if c.parse(s) != nil {
			return
		}
		if err := again.parse(c.String()[len(envName)+1:]); err != nil || again != c {
			t.Errorf("%+v, %+v, %v", c, again, err)
		}
	})
}

var fuzzed = Func("fuzzed", func(context.Context, int) (int, error) { return 0, nil })

// Whatever a worker answers, the caller gets a result or an error that says what is wrong.
func FuzzResult(f *testing.F) {
	for k := endResult; k <= endTooBig+1; k++ {
		f.Add(byte(k), []byte{})
		f.Add(byte(k), []byte{2, 'a', 'b', 'c'})
		f.Add(byte(k), binary.AppendUvarint(nil, math.MaxUint64))
	}
	f.Fuzz(func(t *testing.T, k byte, payload []byte) {
		err := fuzzed.result(new(int), reply{ending(k), payload}, nil, 3, 1<<20)
		if ending(k) == endResult && err == nil {
			return
		}
		var task *TaskError
		if !errors.As(err, &task) || task.Func != "fuzzed" || task.Index != 3 || task.Err == nil {
			t.Fatalf("ending %d: %#v", k, err)
		}
		if task.Error() == "" || task.Err.Error() == "" && ending(k) != endError {
			t.Errorf("ending %d: an error without a word", k)
		}
	})
}

// Whatever a worker writes, and in whatever pieces, its tail is bounded and ends as that does.
func FuzzTail(f *testing.F) {
	f.Add("panic: oh\n", uint16(3))
	f.Add("a\nfatal error: x\npanic: y", uint16(1))
	f.Fuzz(func(t *testing.T, text string, size uint16) {
		for _, repeat := range []int{1, 1 + 3*tailSize/(len(text)+1)} {
			var tl tail
			written := strings.Repeat(text, repeat)
			for rest := written; rest != ""; {
				n := min(len(rest), 1+int(size))
				tl.Write([]byte(rest[:n]))
				rest = rest[n:]
			}
			got := tl.String()
			end := written[max(0, len(written)-(tailSize-crashSize)):]
			if len(got) > tailSize+len("\n…\n") || !strings.HasSuffix(got, end) {
				t.Errorf("%d bytes written, %d kept", len(written), len(got))
			}
			if held := cap(tl.end) + cap(tl.crash); held > 16*tailSize {
				t.Errorf("%d bytes held", held)
			}
		}
	})
}
