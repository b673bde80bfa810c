package lockstep_test

import (
	"fmt"
	"io"
	"os"

	"example.com/lockstep/examples/hello/lockstep"
)

// depositor adds 50 to the balance in a file, in two steps: it reads, and it writes.
func depositor(args lockstep.Args) {
	account := args.File(0)
	lockstep.Turn()
	balance := readBalance(account)
	lockstep.Done("reads %d", balance)

	lockstep.Turn()
	_, err := fmt.Fprint(io.NewOffsetWriter(account, 0), balance+50)
	lockstep.Check(err)
	lockstep.Done("writes %d", balance+50)
}

func readBalance(account *os.File) (balance int) {
	_, err := fmt.Fscan(io.NewSectionReader(account, 0, 20), &balance)
	lockstep.Check(err)
	return balance
}

// Two depositors read before either writes, so one deposit is lost, on every run. The package's
// TestMain declares their role.
func Example() {
	account, err := lockstep.Unnamed(0)
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
	lockstep.Check(lockstep.EndAll(a, b))
	fmt.Println("balance", readBalance(account))
	// Output:
	// A reads 100
	// B reads 100
	// A writes 150
	// B writes 150
	// balance 150
}

func ExampleSchedules() {
	fmt.Println(lockstep.Schedules("AABB"))
	// Output: [AABB ABAB ABBA BAAB BABA BBAA]
}
