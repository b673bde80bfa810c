package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
)

// messages returns what the contract sends: first what is known to be awkward, then n at random.
func messages(seed uint64, n int) [][]byte {
	all := [][]byte{
		nil,                                   // nothing, which is not end-of-file
		{0},                                   // the byte that ends a C string
		[]byte("two\nlines\n"),                // the end of a line
		{0xff, 0xff, 0xff, 0xff},              // what looks like an enormous length
		bytes.Repeat([]byte("x"), 4096),       // exactly PIPE_BUF, without the header
		bytes.Repeat([]byte{0}, 1<<16-4),      // with the header it fills a pipe
		bytes.Repeat([]byte("y"), maxMessage), // the longest allowed
	}
	random := rand.New(rand.NewPCG(seed, 0))
	for range n {
		msg := make([]byte, random.IntN(1<<random.IntN(17)+1))
		for i := range msg {
			msg[i] = byte(random.Uint32())
		}
		all = append(all, msg)
	}
	return all
}

// digest is one line about a message.
func digest(i int, msg []byte) string {
	return fmt.Sprintf("%d: %d bytes %x\n", i+1, len(msg), sha256.Sum256(msg))
}

// runContract sends the same messages over every mechanism and compares what comes out.
func runContract(args []string) error {
	fs := newFlags("contract")
	n := intFlag(fs, "n", 100, 0, 10000, "how many messages at random, besides the awkward ones")
	seed := intFlag(fs, "seed", 1, 0, 1<<31-1, "what they follow from")
	if err := parse(fs, args); err != nil {
		return err
	}
	for _, m := range mechanisms {
		var out bytes.Buffer
		producer := self("contract-producer", "-n", strconv.Itoa(*n), "-seed", strconv.Itoa(*seed))
		consumer := self("contract-consumer")
		consumer.Stdout = &out
		if err := m.run(producer, consumer); errors.Is(err, errors.ErrUnsupported) {
			say("%-11s not on this system", m.name+":")
			continue
		} else if err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		if err := report(m.name, messages(uint64(*seed), *n), out.String()); err != nil {
			return err
		}
	}
	var out bytes.Buffer
	c := make(channel)
	var wg sync.WaitGroup
	var sendErr, receiveErr error
	wg.Go(func() { sendErr = sendAll(c, *n, uint64(*seed)) })
	wg.Go(func() { receiveErr = receiveAll(c, &out) })
	wg.Wait()
	if err := errors.Join(sendErr, receiveErr); err != nil {
		return fmt.Errorf("goroutines: %w", err)
	}
	return report("goroutines", messages(uint64(*seed), *n), out.String())
}

func report(name string, sent [][]byte, got string) error {
	var want bytes.Buffer
	for i, msg := range sent {
		want.WriteString(digest(i, msg))
	}
	if want.String() != got {
		return fmt.Errorf("%s: sent\n%sreceived\n%s", name, want.String(), got)
	}
	say("%-11s %d messages in, the same %d out", name+":", len(sent), len(sent))
	return nil
}
