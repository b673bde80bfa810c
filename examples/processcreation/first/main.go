// Three processes at the same time: two compute a power of 10, and one fails. The
// program starts itself three times, waits for all, and says how each has ended.
package main

import (
	"fmt"
	"log"
	"os"
	"os/exec"
)

func main() {
	if len(os.Args) > 1 { // we are a child: our task is the argument
		compute(os.Args[1], 10)
		return
	}

	self, err := os.Executable() // the file that this program was started from
	check(err)
	var children []*exec.Cmd
	for _, task := range []string{"square", "cube", "root"} {
		child := exec.Command(self, task)
		child.Stdout = os.Stdout // the child prints where we print
		check(child.Start())
		children = append(children, child)
	}
	for _, child := range children {
		err := child.Wait() // not nil if the child has failed
		task, state := child.Args[1], child.ProcessState
		fmt.Printf("%s has ended with %v; Wait returns %v\n", task, state, err)
	}
}

func compute(task string, n int) {
	switch task {
	case "square":
		fmt.Printf("[square] of %d is %d\n", n, n*n)
	case "cube":
		fmt.Printf("[cube] of %d is %d\n", n, n*n*n)
	default:
		fmt.Printf("[%s] is not known here\n", task)
		os.Exit(3) // the exit code tells the parent
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
