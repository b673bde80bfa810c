package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"runtime"

	"example.com/lockstep/examples/hello/lockstep"
)

// runUnixSocket lets two processes find each other by a name. It begins with @, so on Linux it is no
// name of a file: it is gone when nobody has the socket open any more, whoever is killed.
func runUnixSocket(f *lockstep.Flags) {
	n := f.Number("n", 3, 1, 1000, "how many items")
	f.Parse()
	if runtime.GOOS != "linux" {
		lockstep.Check(errors.New("a socket whose name is no file needs Linux"))
	}
	name := "@lockstep-" + rand.Text()
	consumer, err := lockstep.Start("consumer", "listener", name)
	lockstep.Check(err)
	_, err = consumer.Step() // it is listening now
	lockstep.Check(err)
	producer, err := lockstep.Start("producer", "dialer", name, *n)
	lockstep.Check(err)
	if err := producer.Wait(); err != nil {
		lockstep.Check(errors.Join(consumer.End(), err)) // it may be waiting for a producer
	}
	lockstep.Check(consumer.Wait())
}

// listener listens at the name, and takes one connection.
func listener(args lockstep.Args) {
	lockstep.Turn()
	l, err := net.Listen("unix", args[0])
	lockstep.Check(err)
	lockstep.Done("")
	conn, err := l.Accept()
	lockstep.Check(err)
	consume(conn)
}

// dialer sends items to whoever listens at the name.
func dialer(args lockstep.Args) {
	conn, err := net.Dial("unix", args[0])
	lockstep.Check(err)
	for i := range args.Int(1) {
		lockstep.Say("sends item %d", i+1)
		lockstep.Check(writeFrame(conn, fmt.Appendf(nil, "item %d", i+1), maxMessage))
	}
}
