package main

import "sync"

// region handout
// A piece is a part of 0…n: of the bytes of a file, or the rows of a picture.
type piece struct{ lo, hi int64 }

// A handout says which piece of n things each of p processes takes next.
type handout struct {
	schedule string
	n, p     int64
	chunk    int64 // the size of a piece; with guided the least

	mu    sync.Mutex // guards next and turns
	next  int64      // what has been handed out so far, to anybody
	turns []int64    // pieces each process has had
}

func newHandout(schedule string, n int64, p int, chunk int64) *handout {
	return &handout{schedule: schedule, n: n, p: int64(p), chunk: chunk, turns: make([]int64, p)}
}

// take returns the next piece for process who, counted from 0, or false if there is none.
func (h *handout) take(who int) (piece, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	me, turn := int64(who), h.turns[who]
	h.turns[who]++
	size := h.chunk
	switch h.schedule {
	case "static": // one piece each, of equal size, fixed beforehand
		return piece{h.n * me / h.p, h.n * (me + 1) / h.p}, turn == 0
	case "cyclic": // dealt like cards, fixed beforehand
		lo := (turn*h.p + me) * h.chunk
		return piece{lo, min(lo+h.chunk, h.n)}, lo < h.n
	case "guided": // a free process takes half of its share of what is left
		size = max(h.chunk, (h.n-h.next)/(2*h.p))
	}
	// dynamic: a free process takes the next chunk
	got := piece{h.next, min(h.next+size, h.n)}
	h.next = got.hi
	return got, got.lo < h.n
}

// endregion handout

var schedules = []string{"static", "cyclic", "dynamic", "guided"}
