package main

import (
	"errors"
	"fmt"
	"os"
	"time"
)

// letters are what the producer sends, in this order. A message queue has no end-of-file: the end
// is a message too, and its priority is the lowest, so that nothing is left behind it.
var letters = []struct {
	text     string
	priority uint
}{{"routine 1", 1}, {"routine 2", 1}, {"alarm", 9}, {"end", 0}}

// patience is how long either side waits for the other.
const patience = 200 * time.Millisecond

// runMqueue lets a producer fill a message queue and end, and then a consumer empty it.
func runMqueue(args []string) error {
	fs := newFlags("mqueue")
	bound := intFlag(fs, "bound", len(letters), 1, 10, "how many messages the queue holds")
	kill := fs.Bool("kill", false, "kill the producer before it sends the end")
	if err := parse(fs, args); err != nil {
		return err
	}
	q, err := createMqueue(*bound, 64)
	if err != nil {
		return err
	}
	defer q.f.Close()
	// One after the other: what waits in the queue is in no process's memory.
	run := func(name string, args ...string) error {
		cmd := self("mqueue-"+name, args...)
		cmd.ExtraFiles = []*os.File{q.f}
		var c crew
		return errors.Join(c.start(name, cmd), c.wait())
	}
	sent := run("producer", "-kill="+fmt.Sprint(*kill))
	return errors.Join(sent, run("consumer"))
}

func mqueueProducer(args []string) error {
	fs := newFlags("mqueue-producer")
	kill := fs.Bool("kill", false, "die before the end")
	if err := parse(fs, args); err != nil {
		return err
	}
	watchParent("")
	q, err := inheritedMqueue()
	if err != nil {
		return err
	}
	for _, l := range letters {
		if *kill && l.text == "end" {
			die()
		}
		if err := q.send([]byte(l.text), l.priority, patience); err != nil {
			return fmt.Errorf("[producer] no room for %q: %w", l.text, err)
		}
		say("[producer] sends %q with priority %d", l.text, l.priority)
	}
	return nil
}

func mqueueConsumer(args []string) error {
	watchParent("")
	q, err := inheritedMqueue()
	if err != nil {
		return err
	}
	for buf := make([]byte, 64); ; {
		msg, priority, err := q.receive(buf, patience)
		if err != nil {
			return fmt.Errorf("[consumer] no message and no end: %w", err)
		}
		say("[consumer] gets %q with priority %d", msg, priority)
		if string(msg) == "end" {
			return nil
		}
	}
}
