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

// unstarted returns a pool with a worker that has no process, and a Map over it.
func unstarted(t *testing.T) (*Pool, *worker, *mapping[int, int]) {
	p := &Pool{conf: defaults(), room: make(chan struct{})}
	p.idle.L = &p.mu
	w := &worker{p: p, number: 1, window: 100, wake: make(chan struct{}, 1)}
	p.workers = []*worker{w}
	m := newMapping(t.Context(), fuzzed, p, true)
	p.join(m)
	return p, w, m
}

// A Map keeps a task to itself as long as no sender waits for one. Whoever begins to wait, or looks for
// somebody to wake, finds it there.
func TestATaskAMapKeepsIsFound(t *testing.T) {
	for name, look := range map[string]func(*Pool, *worker){
		"a sender parks": func(p *Pool, w *worker) {
			w.wake <- struct{}{} // so that it does not wait if it finds nothing
			w.park()
		},
		"answers come": func(p *Pool, w *worker) {
			p.mu.Unlock()
			w.settle(nil, false)
			p.mu.Lock()
		},
		"another task is pushed": func(p *Pool, w *worker) {
			w.parked, w.window = true, 10
			w.sent.pushBack(&run{n: 5, args: make([]byte, 5*itemHeader)})
			p.setWanted(0)
			p.feed()
		},
		"a worker is idle": func(p *Pool, w *worker) {
			p.mu.Unlock()
			p.balance()
			p.mu.Lock()
		},
	} {
		p, w, m := unstarted(t)
		p.mu.Lock()
		p.feed() // nobody waits
		p.mu.Unlock()
		in := 7
		m.add(&in)
		p.mu.Lock()
		if p.queue.tasks != 0 || m.open.n != 1 {
			t.Errorf("%s: %d tasks are in the queue, %d are not", name, p.queue.tasks, m.open.n)
		}
		look(p, w)
		if p.queue.tasks != 1 || m.open.n != 0 {
			t.Errorf("%s: %d tasks are in the queue, %d are not", name, p.queue.tasks, m.open.n)
		}
		p.mu.Unlock()
	}
}

// What a Map has ready travels in one frame, and can be taken back in part.
func TestShortTasksShareAFrame(t *testing.T) {
	p, w, m := unstarted(t)
	const tasks = 5
	for i := range tasks {
		if !m.add(&i) {
			t.Fatal(i)
		}
	}
	p.gather(false)
	batch := w.take(nil)
	if len(batch) != 1 || batch[0].n != tasks {
		t.Fatalf("%d frames, %+v", len(batch), batch)
	}

	var told bytes.Buffer
	s := &service{out: &told}
	s.more.L = &s.mu
	frames, _ := (&frameReader{r: bytes.NewReader(appendTasks(nil, batch[0].id, tasks, "fuzzed", batch[0].args)), limit: 1 << 16}).next()
	s.enqueue(frames[0])
	for want := range tasks {
		if want == 2 {
			s.giveBack(1) // the last
			s.cancelTasks(batch[0].id+2, 1)
			continue
		} else if want == tasks-1 {
			break
		}
		_, serve, arg := s.next()
		var n int
		if err := Auto.Decode(arg, &n); err != nil || n != want || serve == nil || s.running != batch[0].id+uint64(want) {
			t.Errorf("task %d is %d with the id %d: %v", want, n, s.running, err)
		}
	}
	want := appendReturned(nil, []taskRun{{id: batch[0].id + tasks - 1, n: 1}})
	want = appendFrame(want, frame{kindRecalled, 0, nil})
	want = appendReturned(want, []taskRun{{id: batch[0].id + 2, n: 1}})
	if !bytes.Equal(told.Bytes(), want) {
		t.Errorf("the worker said %x, want %x", told.Bytes(), want)
	}
	if len(s.tasks) != s.begun {
		t.Errorf("%+v are left", s.tasks[s.begun:])
	}
}

func TestTail(t *testing.T) {
	noise := strings.Repeat("noise, and no panic: at all\n", 1000)
	trace := strings.Repeat("goroutine 1 [running]\n", 1000)
	for _, tt := range []struct{ text, begin, end string }{
		{"", "", ""},
		{"short\n", "short\n", "short\n"},
		{noise + "the end\n", "", "the end\n"},
		{"panic: oh\n" + trace + "the end\n", "panic: oh\n", "the end\n"},
		{noise + "fatal error: out\n" + trace + "the end\n", "fatal error: out\n", "the end\n"},
		{noise + "panic: oh\n", "", "panic: oh\n"},
	} {
		for _, size := range []int{1, 7, 1000, 1 << 20} {
			var tl tail
			for rest := tt.text; rest != ""; {
				n := min(size, len(rest))
				tl.Write([]byte(rest[:n]))
				rest = rest[n:]
			}
			got := tl.String()
			if !strings.HasPrefix(got, tt.begin) || !strings.HasSuffix(got, tt.end) || len(got) > tailSize+8 {
				t.Errorf("writes of %d bytes: %d bytes, %.40q", size, len(got), got)
			}
		}
	}
}

// What tests may see: the processes, what they were sent, and a pool as on a system without recorders.

func (p *Pool) PIDs() (pids []int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, w := range p.workers {
		if w != nil && w.ready && !w.gone {
			pids = append(pids, w.cmd.Process.Pid)
		}
	}
	return pids
}

// Sent returns how many tasks each worker holds.
func (p *Pool) Sent() (tasks []int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, w := range p.workers {
		if w != nil {
			tasks = append(tasks, w.sent.tasks)
		}
	}
	return tasks
}

// Pending returns how many tasks have not been answered.
func (p *Pool) Pending() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pending
}

func (p *Pool) Started() (n int) {
	return p.Stats().Started
}

func NoRecorder(c *config) { c.noRecorder = true }

func ByName(c *config) { c.byName = true }
