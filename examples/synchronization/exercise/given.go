package main

// What is given. It is right as it is: your program goes into exercise.go.

import (
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
)

var errNotBegun = errors.New("not begun: write Wait in examples/synchronization/exercise/exercise.go")

// A Barrier is where the parties meet. One party runs at a time, until it sleeps or has ended; that is
// as good as a mutex. The party that ran last goes on first: so the fast ones come back before the
// slow ones have looked.
type Barrier struct {
	Parties        int // how many there are
	Arrived, Round int // yours to use

	said     []string
	running  *runner
	sleeping []*runner
	awake    []*runner // who runs next is the last one
}

// A runner is a party. It runs when it is given its turn, and gives it back.
type runner struct {
	turn   chan bool
	back   chan error
	nudged bool // has been woken for no reason
	ended  bool
}

// Sleep unlocks the mutex, sleeps until somebody wakes this party, and locks the mutex again.
func (b *Barrier) Sleep() {
	me := b.running
	b.sleeping = append(b.sleeping, me)
	me.back <- nil
	<-me.turn
}

// WakeAll wakes all who sleep. They go on when the mutex is free.
func (b *Barrier) WakeAll() {
	b.awake = append(b.sleeping, b.awake...)
	b.sleeping = nil
}

// WakeOne wakes one of those who sleep, if there are any.
func (b *Barrier) WakeOne() {
	if len(b.sleeping) > 0 {
		b.awake = append(b.sleeping[:1:1], b.awake...)
		b.sleeping = b.sleeping[1:]
	}
}

func main() {
	log.SetFlags(0)
	n := flag.Int("n", 3, "how many parties, a `number` from 1 to 16")
	rounds := flag.Int("rounds", 2, "how often they meet, a `number` from 1 to 100")
	nudge := flag.Bool("nudge", false, "wake each sleeper once for no reason")
	flag.Parse()
	if *n < 1 || *n > 16 || *rounds < 1 || *rounds > 100 || flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "usage: exercise [-n number from 1 to 16] [-rounds number from 1 to 100] [-nudge]")
		os.Exit(2)
	}
	b := &Barrier{Parties: *n}
	for i := range *n {
		r := &runner{turn: make(chan bool), back: make(chan error)}
		b.awake = append([]*runner{r}, b.awake...) // party 1 begins
		go func() {
			<-r.turn
			err := b.attend(i+1, *rounds)
			r.ended = true
			r.back <- err
		}()
	}
	err := b.run(*nudge)
	if errors.Is(err, errNotBegun) {
		log.Fatal(err)
	}
	for _, line := range b.said {
		fmt.Println(line)
	}
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("all have gone home")
}

// run gives the parties their turns until all have ended.
func (b *Barrier) run(nudge bool) error {
	for ended := 0; ended < b.Parties; {
		if nudge {
			b.nudge()
		}
		if len(b.awake) == 0 {
			return fmt.Errorf("everybody sleeps: nobody is left to wake the %d parties", len(b.sleeping))
		}
		b.running = b.awake[len(b.awake)-1]
		b.awake = b.awake[:len(b.awake)-1]
		b.running.turn <- true
		if err := <-b.running.back; err != nil {
			return err
		}
		if b.running.ended {
			ended++
		}
	}
	return nil
}

// attend meets the others, round after round.
func (b *Barrier) attend(party, rounds int) error {
	for r := 1; r <= rounds; r++ {
		b.say("[party %d] arrives in round %d", party, r)
		if err := Wait(b); err != nil {
			return err
		}
		b.say("[party %d] leaves round %d", party, r)
	}
	return nil
}

// say keeps what a party does, to be printed in the end.
func (b *Barrier) say(format string, args ...any) {
	b.said = append(b.said, fmt.Sprintf(format, args...))
}

// nudge wakes who fell asleep last for no reason, if that has not happened to it yet.
func (b *Barrier) nudge() {
	if last := len(b.sleeping) - 1; last >= 0 && !b.sleeping[last].nudged {
		b.sleeping[last].nudged = true
		b.awake = append(b.awake, b.sleeping[last])
		b.sleeping = b.sleeping[:last]
	}
}
