package main

import (
	"regexp"
	"strconv"
	"testing"

	"example.com/lockstep/examples/internal/exercise"
)

func TestMain(m *testing.M) { exercise.Main(m, main, errNotBegun) }

var said = regexp.MustCompile(`^\d+ tellers made (\d+) deposits of 1: balance (-?\d+)$`)

// runTellers runs the program, and returns how many deposits were made and the balance.
func runTellers(t *testing.T, args ...string) (made, balance int, out exercise.Output) {
	t.Helper()
	out = exercise.Run(t, args...)
	out.Succeeds(t)
	if len(out.Lines) != 1 || said.FindString(out.Lines[0]) == "" {
		t.Fatalf("the program prints one line, how many deposits were made and the balance\n%s", out)
	}
	m := said.FindStringSubmatch(out.Lines[0])
	made, _ = strconv.Atoi(m[1])
	balance, _ = strconv.Atoi(m[2])
	return made, balance, out
}

// All deposits are in the account, with one teller, with two, and with many.
func TestNoDepositIsLost(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	for _, n := range []int{1, 2, 4} {
		made, balance, out := runTellers(t, "-tellers", strconv.Itoa(n), "-deposits", "25")
		if made != 25*n {
			t.Fatalf("%d tellers have to make 25 deposits each\n%s", n, out)
		}
		if balance != made {
			t.Fatalf("%d tellers made %d deposits of 1, and the balance is %d: deposits are lost\n%s", n, made, balance, out)
		}
	}
}

// A teller dies between reading and writing, with whatever it has locked. The others make all their deposits.
func TestADeadTellerIsNoObstacle(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	made, balance, out := runTellers(t, "-tellers", "4", "-deposits", "25", "-dies", "2")
	if made < 75 || balance < made || balance > made+1 { // what it was about to deposit may be there
		t.Fatalf("teller 2 of 4 dies in a deposit, and the others made %d: the balance is %d\n%s", made, balance, out)
	}
}
