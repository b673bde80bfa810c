// A producer sends three items to a consumer through a pipe, as in: producer | consumer.
package main

import (
	"bufio"
	"fmt"
	"log"
	"os"
	"os/exec"
)

func main() {
	if len(os.Args) < 2 {
		connect()
	} else if os.Args[1] == "producer" {
		for i := range 3 {
			fmt.Println("item", i+1)
		}
	} else {
		lines := bufio.NewScanner(os.Stdin)
		for lines.Scan() {
			fmt.Println("[consumer] gets", lines.Text())
		}
		check(lines.Err())
		fmt.Println("[consumer] reads end-of-file")
	}
}

// connect starts this program twice, and joins the two by a pipe.
func connect() {
	r, w, err := os.Pipe()
	check(err)
	self, err := os.Executable()
	check(err)
	producer := exec.Command(self, "producer")
	producer.Stdout = w
	consumer := exec.Command(self, "consumer")
	consumer.Stdin, consumer.Stdout = r, os.Stdout
	check(producer.Start())
	check(consumer.Start())
	check(w.Close())
	check(r.Close())
	check(producer.Wait())
	check(consumer.Wait())
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
