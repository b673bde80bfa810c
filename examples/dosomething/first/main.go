// Three processes make five random numbers each, and append them to a list. The parent looks at it.
package main

import (
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"os/exec"
)

var made []float64 // the numbers that were made

func main() {
	if len(os.Args) > 1 { // a worker: this program, started again
		for range 5 {
			made = append(made, rand.Float64()) // NOTE: incorrect: this is the worker's own list
		}
		fmt.Printf("[worker %s] the list has %d numbers\n", os.Args[1], len(made))
		return
	}

	self, err := os.Executable()
	check(err)
	workers := make([]*exec.Cmd, 3)
	for i := range workers {
		workers[i] = exec.Command(self, fmt.Sprint(i+1))
		workers[i].Stdout = os.Stdout
		check(workers[i].Start())
	}
	for _, w := range workers {
		check(w.Wait())
	}
	fmt.Println("the parent's list has", len(made), "numbers")
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
