// Nine Fibonacci numbers are dealt to three processes like cards. Each process counts its work.
package main

import (
	"fmt"
	"log"
	"os"
	"os/exec"
	"strconv"
)

func main() {
	if len(os.Args) > 1 { // a worker: our number, and the numbers that we got
		calls := 0
		for _, arg := range os.Args[2:] {
			n, err := strconv.Atoi(arg)
			check(err)
			_, more := fib(n)
			calls += more
		}
		fmt.Printf("[process %s] fib of %v: %d calls\n", os.Args[1], os.Args[2:], calls)
		return
	}

	numbers := []string{"23", "24", "26", "23", "24", "26", "23", "24", "27"}
	self, err := os.Executable()
	check(err)
	workers := make([]*exec.Cmd, 3)
	for i := range workers {
		workers[i] = exec.Command(self, fmt.Sprint(i+1), numbers[i], numbers[i+3], numbers[i+6])
		workers[i].Stdout = os.Stdout
		check(workers[i].Start())
	}
	for _, w := range workers {
		check(w.Wait())
	}
}

// fib computes a Fibonacci number the slow way, and counts the calls that it needs.
func fib(n int) (value, calls int) {
	if n < 2 {
		return n, 1
	}
	a, left := fib(n - 1)
	b, right := fib(n - 2)
	return a + b, left + right + 1
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
