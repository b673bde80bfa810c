package pool

import (
	"bytes"
	"testing"
)

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
