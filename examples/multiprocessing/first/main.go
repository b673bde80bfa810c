// A pool by hand: two worker processes square the numbers from 1 to 6.
package main

import (
	"bufio"
	"fmt"
	"log"
	"os"
	"os/exec"
	"strconv"
	"sync"
)

func main() {
	if len(os.Args) > 1 { // a worker: this program, started again
		for in := bufio.NewScanner(os.Stdin); in.Scan(); {
			n, err := strconv.Atoi(in.Text())
			check(err)
			fmt.Println(n * n)
		}
		return
	}
	tasks := make(chan int)
	squares := make([]int, 7)
	var workers sync.WaitGroup
	for range 2 {
		workers.Go(func() { work(tasks, squares) })
	}
	for n := 1; n <= 6; n++ {
		tasks <- n
	}
	close(tasks)
	workers.Wait()
	fmt.Println(squares[1:])
}

// work starts a worker, and gives it one task after the other.
func work(tasks <-chan int, squares []int) {
	self, err := os.Executable()
	check(err)
	worker := exec.Command(self, "worker")
	in, err := worker.StdinPipe()
	check(err)
	out, err := worker.StdoutPipe()
	check(err)
	check(worker.Start())
	for n := range tasks {
		fmt.Fprintln(in, n)
		_, err := fmt.Fscan(out, &squares[n])
		check(err)
	}
	in.Close()
	check(worker.Wait())
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
