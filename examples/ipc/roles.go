package main

import (
	"fmt"
	"io"
	"os"
)

// runPair has a producer send n items to a consumer over m.
func runPair(m mechanism, args []string) error {
	fs := newFlags(m.name)
	n := intFlag(fs, "n", 3, 1, 1000, "how many items")
	kill := fs.String("kill", "",
		"kill the `producer` in the middle of item 3, or the consumer after item 2")
	if err := parse(fs, args); err != nil {
		return err
	}
	switch {
	case *kill != "" && *kill != "producer" && *kill != "consumer":
		return usagef("-kill %q: want producer or consumer", *kill)
	case *kill != "" && *n < 3:
		return usagef("-kill needs 3 items at least, -n is %d", *n)
	}
	producer := self("producer", "-n", fmt.Sprint(*n), "-kill", *kill)
	consumer := self("consumer", "-kill", *kill)
	return m.run(producer, consumer)
}

func producerRole(args []string) error {
	fs := newFlags("producer")
	n := intFlag(fs, "n", 3, 1, 1000, "how many items")
	kill := fs.String("kill", "", "who is killed")
	over, dir := fs.String("over", "", "the mechanism"), fs.String("dir", "", "its directory")
	if err := parse(fs, args); err != nil {
		return err
	}
	m, err := mechanismNamed(*over)
	if err != nil {
		return err
	}
	s, err := m.openSender(*dir)
	if err != nil {
		return err
	}
	note := say
	if m.data { // what a filter has to say goes to standard error
		note = func(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
	}
	for i := 1; i <= *n; i++ {
		item := fmt.Appendf(nil, "item %d", i)
		note("[producer] sends %s", item)
		if *kill == "producer" && i == 3 {
			if err := s.sendHalf(item); err != nil {
				return err
			}
			die()
		}
		if err := s.send(item); err != nil {
			return fmt.Errorf("[producer] %w", err)
		}
	}
	for *kill == "consumer" { // it will die: go on until we notice
		if err := s.send([]byte("one more")); err != nil {
			return fmt.Errorf("[producer] %w", err)
		}
	}
	note("[producer] closes its end")
	return s.Close()
}

func consumerRole(args []string) error {
	fs := newFlags("consumer")
	kill := fs.String("kill", "", "who is killed")
	over, dir := fs.String("over", "", "the mechanism"), fs.String("dir", "", "its directory")
	if err := parse(fs, args); err != nil {
		return err
	}
	m, err := mechanismNamed(*over)
	if err != nil {
		return err
	}
	r, err := m.openReceiver(*dir)
	if err != nil {
		return err
	}
	defer r.Close()
	for got := 0; ; got++ {
		item, err := r.receive()
		if err == io.EOF {
			say("[consumer] end-of-file after %d items", got)
			return nil
		}
		if err != nil {
			return fmt.Errorf("[consumer] after %d items: %w", got, err)
		}
		say("[consumer] gets %s", item)
		if *kill == "consumer" && got+1 == 2 {
			die()
		}
	}
}
