package main

// What is given. It is right as it is: your program goes into exercise.go.

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

var errNotBegun = errors.New("not begun: write Send and Receive in examples/ipc/exercise/exercise.go")

func main() {
	log.SetFlags(0)
	text := flag.String("items", `one,two,three`, "what the producer sends, `items` separated by commas")
	var cuts []int
	flag.Func("cut", "kill the producer after this `number` of bytes; given again, do so for another consumer", func(s string) error {
		cut, err := strconv.Atoi(s)
		if err == nil && cut < 0 {
			err = errors.New("want 0 or more")
		}
		cuts = append(cuts, cut)
		return err
	})
	flag.Parse()
	if flag.NArg() > 1 || flag.NArg() == 1 && flag.Arg(0) != "producer" && flag.Arg(0) != "consumer" {
		fmt.Fprintln(os.Stderr, "usage: exercise [-items items] [-cut number]")
		os.Exit(2)
	}
	switch flag.Arg(0) {
	case "producer":
		items := strings.Split(*text, ",")
		check(Send(os.Stdout, func() (string, bool) {
			if len(items) == 0 {
				return "", false
			}
			item := items[0]
			items = items[1:]
			return item, true
		}))
	case "consumer":
		err := Receive(os.Stdin, func(item string) { fmt.Printf("[consumer] gets %q\n", item) })
		if err != nil {
			fmt.Printf("[consumer] the producer is dead: %v\n", err)
		} else {
			fmt.Println("[consumer] the producer has finished")
		}
	default:
		for _, err := range []error{
			Send(io.Discard, func() (string, bool) { return "", false }),
			Receive(strings.NewReader(""), func(string) {}),
		} {
			if errors.Is(err, errNotBegun) {
				log.Fatal(err)
			}
		}
		connect(*text, cuts)
	}
}

// connect stands between a producer and its consumers: it lets so many bytes through to each, as if
// the producer had been killed then. Without a number, there is one consumer, and it gets them all.
func connect(text string, cuts []int) {
	self, err := os.Executable()
	check(err)
	producer := exec.Command(self, "-items", text, "producer")
	producer.Stderr = os.Stderr
	stream, err := producer.Output()
	check(err)
	fmt.Printf("the producer has sent %d bytes\n", len(stream))
	consume := func(stream []byte) {
		consumer := exec.Command(self, "consumer")
		consumer.Stdin = bytes.NewReader(stream)
		consumer.Stdout, consumer.Stderr = os.Stdout, os.Stderr
		check(consumer.Run())
	}
	for _, cut := range cuts {
		part := stream[:min(cut, len(stream))]
		fmt.Printf("it is killed after %d of them\n", len(part))
		consume(part)
	}
	if len(cuts) == 0 {
		consume(stream)
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
