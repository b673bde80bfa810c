package main

import (
	"errors"
	"fmt"
	"net/rpc"
	"os"
	"sync"

	"example.com/lockstep/examples/hello/lockstep"
)

// A Store is state that one process owns. Others call its methods; nothing is shared.
type Store struct {
	mu     sync.Mutex // guards counts
	counts map[string]int
}

// An Increment is the argument of Add.
type Increment struct {
	Key string
	By  int
}

// Add adds to a count and returns it, under one lock: no other call comes between.
func (s *Store) Add(in Increment, count *int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts[in.Key] += in.By
	*count = s.counts[in.Key]
	return nil
}

// runManager serves a Store to client processes, each over a pair of pipes: they have no name, so
// nothing can be left behind, and nobody else can connect.
func runManager(f *lockstep.Flags) {
	clients := f.Number("clients", 3, 1, 32, "how many client processes")
	n := f.Number("n", 100, 0, 10_000, "how many increments each makes")
	kill := f.Number("kill", 0, 0, 32, "kill this client when it has made half of them; 0 is none")
	f.Parse()
	if *kill > *clients {
		lockstep.Usage("-kill %d: there are only %d clients", *kill, *clients)
	}
	store := &Store{counts: map[string]int{}}
	server := rpc.NewServer()
	lockstep.Check(server.Register(store))
	errs := make([]error, *clients) // each goroutine writes its own element only
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() { errs[i] = serve(server, i+1, *n, i+1 == *kill) })
	}
	all.Wait()
	lockstep.Say("all clients have ended; the count is %d", store.counts["hits"])
	lockstep.Check(errors.Join(errs...))
}

// serve starts a client that makes n increments, and serves it until it has ended. A doomed one is
// killed when it has made half of them.
func serve(server *rpc.Server, number, n int, doomed bool) error {
	ours, theirs, err := connected()
	if err != nil {
		return fmt.Errorf("client %d: %w", number, err)
	}
	c, err := lockstep.Start(fmt.Sprintf("client %d", number), "client", theirs.r, theirs.w)
	theirs.Close() // kept open here, it would hide the client's end
	if err != nil {
		ours.Close()
		return err
	}
	served := make(chan struct{})
	go func() {
		server.ServeConn(ours) // until the client hangs up, or dies
		close(served)
	}()
	defer func() { <-served }()
	if _, err := c.Step(n / 2); err != nil {
		return err
	}
	if doomed {
		return c.Kill()
	}
	last, err := c.Step(n - n/2)
	if err == nil {
		lockstep.Say("[client %d] made %d increments; after its last the count was %s", number, n, last)
		err = c.End()
	}
	return err
}

// client makes as many increments as each order says.
func client(args lockstep.Args) {
	manager := rpc.NewClient(conn{args.File(0), args.File(1)})
	for count := 0; ; {
		var n int
		_, err := fmt.Sscan(lockstep.Turn(), &n)
		lockstep.Check(err)
		for range n {
			lockstep.Check(manager.Call("Store.Add", Increment{"hits", 1}, &count))
		}
		lockstep.Done("%d", count)
	}
}

// A conn is one end of a connection made of two pipes.
type conn struct{ r, w *os.File }

func (c conn) Read(p []byte) (int, error)  { return c.r.Read(p) }
func (c conn) Write(p []byte) (int, error) { return c.w.Write(p) }
func (c conn) Close() error                { return errors.Join(c.r.Close(), c.w.Close()) }

// connected returns the two ends of a connection.
func connected() (a, b conn, err error) {
	if a.r, b.w, err = os.Pipe(); err != nil {
		return a, b, err
	}
	if b.r, a.w, err = os.Pipe(); err != nil {
		a.r.Close()
		b.w.Close()
	}
	return a, b, err
}
