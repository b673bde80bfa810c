// Ipc sends messages from one process to another, over everything the system offers for it.
//
// What goes wrong when it is done carelessly: the reader waits for an end that never comes
// (openend), two messages arrive as one (stream), both sides wait for each other (fullpipe), an
// item is left behind (empty), or a process dies of a write (sigpipe).
//
// Usage:
//
//	ipc [variant] [flags]
//
// A variant is in the file of its name, and ipc -h lists them. These files are used by several:
//
//	framing.go         frames, for pipe, stream, fifo and unixsocket too
//	pipe.go            a producer and a consumer, for fifo, openend and unixsocket too
//	passfile.go        two connected sockets, for stream and queue too
//	queue_linux.go     the queue, for backpressure too
//	fullpipe_linux.go  what the kernel shows of a pipe, for backpressure too
package main

import "example.com/lockstep/examples/hello/lockstep"

func main() { program().Main() }

func program() *lockstep.Program {
	p := lockstep.New("ipc")
	p.Variant("pipe", "a producer sends items to a consumer through a pipe", runPipe)
	p.Variant("openend", "broken: a write end is left open, and end-of-file never comes", runOpenEnd)
	p.Variant("stream", "broken: three messages are written, and one read takes them all", runStream)
	p.Variant("framing", "records as lines, JSON and gob; one is cut, one too long", runFraming)
	p.Variant("fullpipe", "broken: child and parent wait for each other at a full pipe (Linux)", runFullPipe)
	p.Variant("empty", "broken: consumers that stop when the queue is empty", runEmpty)
	p.Variant("queue", "many producers, many consumers, a bound, two ways to end (Linux)", runQueue)
	p.Variant("backpressure", "the producer goes on when the consumer does (Linux)", runBackpressure)
	p.Variant("goroutines", "a channel between goroutines of one process", runGoroutines)
	p.Variant("fifo", "a pipe with a name in the file system", runFIFO)
	p.Variant("unixsocket", "a socket with a name: the consumer listens, the producer dials (Linux)", runUnixSocket)
	p.Variant("passfile", "an open file is sent to a process that is already running", runPassFile)
	p.Variant("mqueue", "a POSIX message queue: what is urgent overtakes (Linux)", runMessageQueue)
	p.Variant("signals", "signals as messages, each of them acknowledged", runSignals)
	p.Variant("sigpipe", "broken: a write that nobody reads kills the writer, or doesn't", runSigpipe)

	p.Role("producer", producer)
	p.Role("consumer", consumer)
	p.Role("peeker", peeker)
	p.Role("reader", reader)
	p.Role("printer", printer)
	p.Role("looker", looker)
	p.Role("queuer", queuer)
	p.Role("taker", taker)
	p.Role("stepper", stepper)
	p.Role("listener", listener)
	p.Role("dialer", dialer)
	p.Role("receiver", receiver)
	p.Role("poster", poster)
	p.Role("postman", postman)
	p.Role("signalled", signalled)
	p.Role("writer", writer)
	return p
}
