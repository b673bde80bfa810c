// Two processes add 50 to the same balance. Both read it before either writes, so one deposit is
// lost, on every run.
package main

import (
	"fmt"
	"io"
	"os"

	"example.com/lockstep/examples/hello/lockstep"
)

func main() {
	p := lockstep.New("forced")
	p.Variant("lost", "both read before either writes", runLost)
	p.Role("depositor", depositor)
	p.Main()
}

func runLost(f *lockstep.Flags) {
	f.Parse()
	account, err := lockstep.Unnamed(0) // a file without a name
	lockstep.Check(err)
	fmt.Fprint(account, 100)
	a, err := lockstep.Start("A", "depositor", account)
	lockstep.Check(err)
	b, err := lockstep.Start("B", "depositor", account)
	lockstep.Check(err)
	for _, next := range []*lockstep.Process{a, b, a, b} {
		did, err := next.Step()
		lockstep.Check(err)
		fmt.Println(next.Name, did)
	}
	fmt.Println("balance", read(account))
}

// depositor adds 50 to the balance in a file, in two steps.
func depositor(args lockstep.Args) {
	account := args.File(0)
	lockstep.Turn()
	balance := read(account)
	lockstep.Done("reads %d", balance)
	lockstep.Turn()
	_, err := fmt.Fprint(io.NewOffsetWriter(account, 0), balance+50)
	lockstep.Check(err)
	lockstep.Done("writes %d", balance+50)
}

func read(account *os.File) (balance int) { // always from the file's beginning
	_, err := fmt.Fscan(io.NewSectionReader(account, 0, 20), &balance)
	lockstep.Check(err)
	return balance
}
