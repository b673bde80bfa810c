package main

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"example.com/lockstep/examples/hello/lockstep"
)

const opening, deposit = 100, 50 // the balance before anybody deposits, and what each teller adds

// runLostUpdate lets two tellers deposit into one account at the same time. A schedule says who
// takes the next step: each teller reads the balance, and then writes back what it read plus 50.
func runLostUpdate(f *lockstep.Flags) {
	schedule := f.Schedule("schedule", "", "AABB", "who takes the next step, such as `ABAB`; else all six")
	f.Parse()
	account, err := lockstep.Unnamed(0)
	lockstep.Check(err)
	a, err := lockstep.Start("teller A", "depositor", account)
	lockstep.Check(err)
	b, err := lockstep.Start("teller B", "depositor", account)
	lockstep.Check(err)
	tellers := map[rune]*lockstep.Process{'A': a, 'B': b}

	if *schedule != "" {
		balance := play(*schedule, account, tellers, lockstep.Say)
		lockstep.Say("balance %d, %d lost (pids %d, %d)", balance, opening+2*deposit-balance,
			a.Cmd.Process.Pid, b.Cmd.Process.Pid)
		return
	}
	for _, s := range lockstep.Schedules("AABB") {
		balance := play(s, account, tellers, func(string, ...any) {})
		lockstep.Say("%s: balance %d, %d lost", s, balance, opening+2*deposit-balance)
	}
}

// play lets the tellers take their steps in the order of the schedule, and returns the balance.
func play(schedule string, account *os.File, tellers map[rune]*lockstep.Process, say func(string, ...any)) int {
	_, err := fmt.Fprintf(io.NewOffsetWriter(account, 0), "%20d", opening)
	lockstep.Check(err)
	for _, next := range schedule {
		did, err := tellers[next].Step()
		lockstep.Check(err)
		say("[%s] %s", tellers[next].Name, did)
	}
	var balance int
	_, err = fmt.Fscan(io.NewSectionReader(account, 0, 20), &balance)
	lockstep.Check(err)
	return balance
}

// depositor makes one deposit after the other.
func depositor(args lockstep.Args) {
	for {
		lockstep.Check(addToBalance(turnFile{args.File(0)}, deposit))
	}
}

// addToBalance adds an amount to the balance in a file.
func addToBalance(f interface {
	io.ReaderAt
	io.WriterAt
}, amount int) error {
	digits := make([]byte, 20)
	if _, err := f.ReadAt(digits, 0); err != nil {
		return err
	}
	balance, err := strconv.Atoi(strings.TrimSpace(string(digits)))
	if err == nil {
		_, err = f.WriteAt(fmt.Appendf(nil, "%20d", balance+amount), 0) // NOTE: incorrect: it may have changed
	}
	return err
}

// A turnFile waits for its turn before it is read or written, and tells the parent what it has done.
type turnFile struct{ *os.File }

func (f turnFile) ReadAt(p []byte, offset int64) (int, error) {
	lockstep.Turn()
	n, err := f.File.ReadAt(p, offset)
	lockstep.Done("reads %s", strings.TrimSpace(string(p[:n])))
	return n, err
}

func (f turnFile) WriteAt(p []byte, offset int64) (int, error) {
	lockstep.Turn()
	n, err := f.File.WriteAt(p, offset)
	lockstep.Done("writes %s", strings.TrimSpace(string(p)))
	return n, err
}
