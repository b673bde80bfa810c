package main

import (
	"fmt"
	"runtime"
	"slices"

	"example.com/lockstep/examples/hello/lockstep"
)

// runOversubscribe has p processes share the work, each of which runs as many threads as Go takes
// the machine to have processors: nobody adds them up.
func runOversubscribe(f *lockstep.Flags) {
	p := f.Number("p", 4, 1, 64, "how many processes")
	each := f.Number("each", 0, 0, 64, "GOMAXPROCS of each; 0: what Go takes")
	n := f.Number("n", 20, 0, maxN, "what is computed, 48 times")
	f.Parse()
	sharers := startSharers(*p, *each)
	threads, calls, err := share(sharers, 48, *n)
	lockstep.Check(err)
	sum := 0
	for i, t := range threads {
		lockstep.Say("[process %d] GOMAXPROCS=%d", i+1, t)
		sum += t
	}
	lockstep.Say("%s, by up to %s at once, on %s", many(calls, "call"), many(sum, "thread"), many(runtime.NumCPU(), "processor"))
}

func startSharers(p, threads int) []*lockstep.Process {
	sharers := make([]*lockstep.Process, p)
	for i := range sharers {
		sharers[i] = lockstep.Command(fmt.Sprintf("process %d", i+1), "sharer")
		if threads > 0 {
			sharers[i].Cmd.Env = append(sharers[i].Cmd.Environ(), fmt.Sprintf("GOMAXPROCS=%d", threads))
		}
		lockstep.Check(sharers[i].Start())
	}
	return sharers
}

// share has the processes compute fib(n) so many times, and returns each one's GOMAXPROCS and the
// calls of all.
func share(sharers []*lockstep.Process, times, n int) (threads []int, calls int, err error) {
	for i, s := range sharers {
		s.Allow(times*(i+1)/len(sharers)-times*i/len(sharers), n)
	}
	for _, s := range sharers {
		line, err := s.Answer()
		if err != nil {
			return nil, 0, err
		}
		var t, c int
		if _, err := fmt.Sscan(line, &t, &c); err != nil {
			return nil, 0, fmt.Errorf("%s: %w", s.Name, err)
		}
		threads, calls = append(threads, t), calls+c
	}
	return threads, calls, nil
}

func sharer(lockstep.Args) {
	for {
		var times, n int
		_, err := fmt.Sscan(lockstep.Turn(), &times, &n)
		lockstep.Check(err)
		threads := runtime.GOMAXPROCS(0)
		lockstep.Done("%d %d", threads, computeInGoroutines(slices.Repeat([]int{n}, times), threads).calls)
	}
}
