// Ipc sends messages from one process to another, over everything the system offers for it.
//
// What goes wrong when it is done carelessly: the reader waits for an end that never comes
// (openend), both sides wait for room (fullpipe), an item is left behind (empty), or a process
// dies of a write (sigpipe).
//
// Usage:
//
//	ipc [variant] [flags]
//
// Each variant is in the file of its name; ipc -h lists them.
package main

import "os"

var variants = []variant{
	{"pipe", "producer and consumer as in a shell: standard output into standard input", runPipe},
	{"extrafile", "a pipe as an extra file, descriptor 3: both may still print", runExtraFile},
	{"fifo", "a pipe with a name in the file system", runFIFO},
	{"unixsocket", "a Unix stream socket: the consumer listens, the producer dials", runUnixSocket},
	{"seqpacket", "a Unix socket that keeps messages apart by itself (Linux)", runSeqpacket},
	{"socketpair", "two connected sockets without a name", runSocketpair},
	{"goroutines", "a channel between goroutines of one process", runGoroutines},
	{"contract", "awkward messages over each of these: the same come out", runContract},
	{"framing", "records as lines, length-prefixed, gob and JSON; cut, too long, spoilt", runFraming},
	{"queue", "many producers, many consumers, a bound, two ways to close (Linux)", runQueue},
	{"backpressure", "the producer runs at the consumer's pace (Linux)", runBackpressure},
	{"passfile", "an open file passed to another process", runPassFile},
	{"signals", "signals as messages, each acknowledged", runSignals},
	{"mqueue", "a POSIX message queue: what is urgent overtakes (Linux)", runMqueue},
	{"openend", "broken: a write end left open, no end-of-file", runOpenEnd},
	{"fullpipe", "broken: waiting for a child whose pipe is full (Linux)", runFullPipe},
	{"empty", "broken: `while not queue.empty()` loses items, or waits for ever", runEmpty},
	{"sigpipe", "broken: a write to a closed pipe kills, or doesn't", runSigpipe},
	{"burst", "broken: five signals sent, one arrives", runBurst},
	{"exercise", "the exercise's solution: a goodbye tells finished from dead", runExercise},

	{"producer", "", producerRole},
	{"consumer", "", consumerRole},
	{"contract-producer", "", contractProducer},
	{"contract-consumer", "", contractConsumer},
	{"queue-producer", "", queueProducer},
	{"queue-consumer", "", queueConsumer},
	{"backpressure-consumer", "", backpressureConsumer},
	{"passfile-worker", "", passFileWorker},
	{"signals-child", "", signalsChild},
	{"mqueue-producer", "", mqueueProducer},
	{"mqueue-consumer", "", mqueueConsumer},
	{"openend-consumer", "", openEndConsumer},
	{"fullpipe-child", "", fullPipeChild},
	{"empty-child", "", emptyChild},
	{"sigpipe-child", "", sigpipeChild},
}

func main() { os.Exit(dispatch("ipc", variants, os.Args[1:])) }
