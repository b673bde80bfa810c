package main

// What is given. It is right as it is: your program goes into exercise.go.

import (
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"sync"
)

var errNotBegun = errors.New("not begun: write Share in examples/parallelization/exercise/exercise.go")

func main() {
	log.SetFlags(0)
	p := flag.Int("p", 8, "how many workers, a `number` from 1 to 64")
	flag.Parse()
	if *p < 1 || *p > 64 || flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "usage: exercise [-p number from 1 to 64]")
		os.Exit(2)
	}
	c := &connections{left: *p, sent: map[way][]message{}, waiting: map[int]way{}}
	c.more.L = &c.mu
	said := make([]string, *p)
	var all sync.WaitGroup
	for me := range *p {
		all.Go(func() {
			ticks := 0
			sum, err := Share(me, *p, me+1,
				func(to, value int) { ticks = c.send(me, to, value, ticks) },
				func(from int) (value int) { value, ticks = c.receive(me, from, ticks); return value })
			if err != nil {
				log.Fatal(err)
			}
			said[me] = fmt.Sprintf("worker %d has %d after %d ticks", me, sum, ticks)
			c.end()
		})
	}
	all.Wait()
	for _, line := range said {
		fmt.Println(line)
	}
}

// A message carries the tick in which it was sent.
type message struct{ value, tick int }

type way struct{ from, to int }

type connections struct {
	mu      sync.Mutex        // guards what is below
	more    sync.Cond         // signalled when there is one more message
	sent    map[way][]message // and not received yet
	waiting map[int]way       // by worker: what it waits for
	left    int               // workers that have not ended
}

func (c *connections) send(me, to, value, ticks int) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	w := way{me, to}
	c.sent[w] = append(c.sent[w], message{value, ticks + 1})
	c.more.Broadcast()
	return ticks + 1
}

// receive takes the tick in which the message was sent, or a later one.
func (c *connections) receive(me, from, ticks int) (value, tick int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	w := way{from, me}
	for len(c.sent[w]) == 0 {
		c.waiting[me] = w
		c.complain()
		c.more.Wait()
	}
	delete(c.waiting, me)
	m := c.sent[w][0]
	c.sent[w] = c.sent[w][1:]
	return m.value, max(ticks+1, m.tick)
}

func (c *connections) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.left--
	c.complain()
}

// complain ends the program if all that are left wait for messages that nobody will send.
func (c *connections) complain() {
	if len(c.waiting) < c.left || c.left == 0 {
		return
	}
	for _, w := range c.waiting {
		if len(c.sent[w]) > 0 {
			return
		}
	}
	for me, w := range c.waiting {
		log.Fatalf("worker %d waits for worker %d for ever: all that are left wait", me, w.from)
	}
}
