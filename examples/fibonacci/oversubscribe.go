package main

import (
	"errors"
	"fmt"
	"runtime"
)

// runOversubscribe has p processes share the work, each of which runs as many threads as Go takes
// the machine to have processors: nobody adds them up.
func runOversubscribe(args []string) error {
	fs := newFlags("oversubscribe")
	p := intFlag(fs, "p", 4, 1, 64, "how many processes")
	each := intFlag(fs, "each", 0, 0, 64, "GOMAXPROCS of each; 0: what Go takes")
	n := intFlag(fs, "n", 20, 0, maxN, "what is computed, 48 times")
	if err := parse(fs, args); err != nil {
		return err
	}
	var env []string
	if *each > 0 {
		env = append(env, fmt.Sprintf("GOMAXPROCS=%d", *each))
	}
	c, err := startCrew(*p, "oversubscribe-child", env...)
	if err != nil {
		return err
	}
	threads, calls, err := c.share(48, *n)
	if err := c.end(err); err != nil {
		return err
	}
	total := 0
	for i, t := range threads {
		say("[process %d] GOMAXPROCS=%d", i+1, t)
		total += t
	}
	say("%d calls, by up to %s at once, on %s", calls, many(total, "thread", "threads"),
		many(runtime.NumCPU(), "processor", "processors"))
	return nil
}

// share has the crew compute fib(n) so many times, and returns each process's GOMAXPROCS and the
// calls of all.
func (c crew) share(times, n int) (threads []int, calls int, err error) {
	type reply struct {
		member, threads, calls int
		err                    error
	}
	replies := make(chan reply, len(c))
	for i, m := range c {
		mine := times*(i+1)/len(c) - times*i/len(c)
		go func() {
			r := reply{member: i}
			line, err := m.ask(fmt.Sprint(mine, n))
			if err == nil {
				_, err = fmt.Sscanf(line, "%d %d\n", &r.threads, &r.calls)
			}
			if err != nil {
				r.err = fmt.Errorf("process %d: %w", m.number, err)
			}
			replies <- r
		}()
	}
	threads = make([]int, len(c))
	for range c {
		r := <-replies
		threads[r.member] = r.threads
		calls += r.calls
		err = errors.Join(err, r.err)
	}
	return threads, calls, err
}

func oversubscribeChild([]string) error {
	return serve(func(request string) (string, error) {
		var times, n int
		if _, err := fmt.Sscan(request, &times, &n); err != nil {
			return "", err
		}
		numbers := make([]int, times)
		for i := range numbers {
			numbers[i] = n
		}
		threads := runtime.GOMAXPROCS(0)
		return fmt.Sprint(threads, computeInGoroutines(numbers, threads).calls), nil
	})
}
