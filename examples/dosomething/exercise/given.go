package main

// What is given. It is right as it is: your program goes into exercise.go.

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"math"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

var errNotBegun = errors.New("not begun: write Throw in examples/dosomething/exercise/exercise.go")

func main() {
	log.SetFlags(0)
	tasks := flag.Int("k", 12, "how many tasks, a `number` from 1 to 100")
	count := flag.Int("count", 100_000, "darts in each, a `number` from 1 to 1000000")
	p := flag.Int("p", 2, "how many processes, a `number` from 1 to 16")
	seed := flag.Int("seed", 1, "what all darts follow from, a `number`")
	flag.Parse()
	if *tasks < 1 || *tasks > 100 || *count < 1 || *count > 1_000_000 || *p < 1 || *p > 16 {
		fmt.Fprintln(os.Stderr, "usage: exercise [-k number from 1 to 100] [-count number from 1 to 1000000] [-p number from 1 to 16] [-seed number]")
		os.Exit(2)
	}
	if flag.NArg() > 0 { // a process that main has started: the words are the numbers of its tasks
		go endWithParent()
		for _, word := range flag.Args() {
			task, err := strconv.Atoi(word)
			check(err)
			hits, err := Throw(*seed, task, *count)
			check(err)
			fmt.Println(task, hits)
		}
		return
	}
	if _, err := Throw(*seed, 1, 1); errors.Is(err, errNotBegun) {
		log.Fatal(err)
	}
	processes := make([]*exec.Cmd, min(*p, *tasks))
	outputs := make([]strings.Builder, len(processes))
	for i := range processes {
		args := []string{"-count", fmt.Sprint(*count), "-seed", fmt.Sprint(*seed)}
		for task := i + 1; task <= *tasks; task += len(processes) { // dealt like cards
			args = append(args, fmt.Sprint(task))
		}
		self, err := os.Executable()
		check(err)
		processes[i] = exec.Command(self, args...)
		processes[i].Stdout, processes[i].Stderr = &outputs[i], os.Stderr
		_, err = processes[i].StdinPipe() // its end is our end
		check(err)
		check(processes[i].Start())
	}
	hits := make([]int, *tasks)
	for i, process := range processes {
		check(process.Wait())
		for line := range strings.Lines(outputs[i].String()) {
			var task, n int
			_, err := fmt.Sscan(line, &task, &n)
			check(err)
			hits[task-1] = n
		}
	}
	sum := 0
	for i, n := range hits {
		fmt.Printf("task %d: %d of %d hit\n", i+1, n, *count)
		sum += n
	}
	pi := 4 * float64(sum) / float64(*tasks**count)
	fmt.Printf("pi is about %.5f, off by %.5f\n", pi, math.Abs(pi-math.Pi))
}

// endWithParent ends this process when its standard input ends.
func endWithParent() {
	io.Copy(io.Discard, os.Stdin)
	os.Exit(1)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
