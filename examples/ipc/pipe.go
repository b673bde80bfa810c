package main

import (
	"bufio"
	"errors"
	"io"
	"os"

	"example.com/lockstep/examples/hello/lockstep"
)

// runPipe lets a producer send items to a consumer through a pipe.
func runPipe(f *lockstep.Flags) {
	n := f.Number("n", 3, 1, 1000, "how many items")
	victim := f.Choice("kill", "", "kill one, the producer after its last item", "producer", "consumer")
	f.Parse()
	r, w, err := os.Pipe()
	lockstep.Check(err)
	producer, consumer, err := startPair(r, w)
	lockstep.Check(err)
	if *victim == "consumer" {
		consumer.Kill() // the end says how it ended
	}
	sendItems(producer, *n)
	if *victim == "producer" {
		producer.Kill()
	}
	lockstep.Check(endPair(producer, consumer))
}

// startPair starts a producer and a consumer, one at each end of a pipe.
func startPair(r, w *os.File) (producer, consumer *lockstep.Process, err error) {
	producer, err = lockstep.Start("producer", "producer", w)
	if err == nil {
		consumer, err = lockstep.Start("consumer", "consumer", r)
	}
	r.Close() // while ours is open, the producer can't notice that the consumer is gone
	w.Close() // while ours is open, the consumer can't notice that the producer is gone
	return producer, consumer, err
}

// endPair waits until both have ended. If the consumer fails, so does the producer: the cause comes first.
func endPair(producer, consumer *lockstep.Process) error {
	sent := producer.End()
	return errors.Join(consumer.Wait(), sent)
}

// sendItems has the producer send items, as long as it can: its end says why it could not.
func sendItems(producer *lockstep.Process, n int) {
	for i := range n {
		if _, err := producer.Step(i + 1); err != nil {
			return
		}
	}
}

// producer sends an item whenever it is told to. When it ends, the kernel closes its end of the pipe.
func producer(args lockstep.Args) {
	for {
		item := "item " + lockstep.Turn()
		lockstep.Say("sends %s", item)
		lockstep.Check(writeFrame(args.File(0), []byte(item), maxMessage))
		lockstep.Done("")
	}
}

func consumer(args lockstep.Args) { consume(args.File(0)) }

// consume takes items until there are no more.
func consume(r io.Reader) {
	in := bufio.NewReader(r)
	for {
		item, err := readFrame(in, maxMessage)
		if err == io.EOF {
			lockstep.Say("reads end-of-file")
			return
		}
		lockstep.Check(err)
		lockstep.Say("gets %s", item)
	}
}
