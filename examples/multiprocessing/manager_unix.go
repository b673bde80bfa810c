//go:build unix

package main

import (
	"errors"
	"fmt"
	"net"
	"net/rpc"
	"os"
	"sync"

	"golang.org/x/sys/unix"
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

// runManager serves a Store to client processes, each over an unnamed pair of Unix sockets: there
// is no file that could be left behind, and nobody else can connect.
func runManager(args []string) error {
	fs := newFlags("manager")
	clients := intFlag(fs, "clients", 3, 1, 32, "how many client processes")
	n := intFlag(fs, "n", 100, 0, 100_000, "how many increments each makes")
	kill := intFlag(fs, "kill", 0, 0, 32, "kill this client when it has made half of them; 0 is none")
	if err := parse(fs, args); err != nil {
		return err
	}
	if *kill > *clients {
		return usagef("-kill %d: there are only %d clients", *kill, *clients)
	}
	store := &Store{counts: map[string]int{}}
	server := rpc.NewServer()
	if err := server.Register(store); err != nil {
		return err
	}
	errs := make([]error, *clients) // each goroutine writes its own element only
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { errs[i] = serveClient(server, i+1, *n, i+1 == *kill) })
	}
	wg.Wait()
	say("all clients have ended; the count is %d", store.counts["hits"])
	return errors.Join(errs...)
}

func serveClient(server *rpc.Server, number, n int, doomed bool) error {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err != nil {
		return os.NewSyscallError("socketpair", err)
	}
	unix.CloseOnExec(fds[0])
	unix.CloseOnExec(fds[1])
	ours, theirs := os.NewFile(uintptr(fds[0]), "manager"), os.NewFile(uintptr(fds[1]), "client")
	conn, err := net.FileConn(ours)
	ours.Close() // conn has its own descriptor
	if err != nil {
		theirs.Close()
		return err
	}
	cmd := self("manager-client", fmt.Sprint(number), fmt.Sprint(n), fmt.Sprint(doomed))
	cmd.ExtraFiles = []*os.File{theirs} // descriptor 3 in the child
	err = cmd.Start()
	theirs.Close() // kept open here, it would hide the client's end
	if err != nil {
		conn.Close()
		return err
	}
	server.ServeConn(conn) // until the client hangs up, or dies
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("client %d: %w", number, err)
	}
	return nil
}

func managerClient(args []string) error {
	f := os.NewFile(3, "manager")
	conn, err := net.FileConn(f)
	if err != nil {
		return err
	}
	f.Close()
	client := rpc.NewClient(conn)
	defer client.Close()
	var n, count int
	if _, err := fmt.Sscan(args[1], &n); err != nil {
		return err
	}
	for i := range n {
		if args[2] == "true" && i == n/2 {
			dieByKill()
		}
		if err := client.Call("Store.Add", Increment{"hits", 1}, &count); err != nil {
			return err
		}
	}
	say("[client %s] made %d increments; after its last the count was %d", args[0], n, count)
	return nil
}
