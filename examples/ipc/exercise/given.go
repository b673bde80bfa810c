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
	"strings"
)

var errNotBegun = errors.New("not begun: write Send and Receive in examples/ipc/exercise/exercise.go")

func main() {
	log.SetFlags(0)
	text := flag.String("items", `one,two,three`, "what the producer sends, `items` separated by commas")
	cut := flag.Int("cut", -1, "kill the producer after this `number` of bytes; -1 lets it finish")
	flag.Parse()
	if *cut < -1 || flag.NArg() > 1 || flag.NArg() == 1 && flag.Arg(0) != "producer" && flag.Arg(0) != "consumer" {
		fmt.Fprintln(os.Stderr, "usage: exercise [-items items] [-cut number from -1]")
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
		connect(*text, *cut)
	}
}

// connect stands between the two: it lets so many bytes of the producer through, as if it had been
// killed then.
func connect(text string, cut int) {
	self, err := os.Executable()
	check(err)
	producer := exec.Command(self, "-items", text, "producer")
	producer.Stderr = os.Stderr
	stream, err := producer.Output()
	check(err)
	fmt.Printf("the producer has sent %d bytes\n", len(stream))
	if cut >= 0 {
		stream = stream[:min(cut, len(stream))]
		fmt.Printf("it is killed after %d of them\n", len(stream))
	}
	consumer := exec.Command(self, "consumer")
	consumer.Stdin = bytes.NewReader(stream)
	consumer.Stdout, consumer.Stderr = os.Stdout, os.Stderr
	check(consumer.Run())
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
