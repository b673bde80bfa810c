//go:build unix

package ledger_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"example.com/lockstep/examples/bank/ledger"
)

// region example
// open opens a file for reading and writing, and creates it if it is not there.
func open(dir, name string) *os.File {
	f, err := os.OpenFile(filepath.Join(dir, name), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		panic(err)
	}
	return f
}

// Two ledgers on one file, each with an open file of its own, as two processes have.
func Example() {
	dir, err := os.MkdirTemp("", "ledger")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	if err := ledger.CreateFlock(open(dir, "accounts"), []int64{100, 0}); err != nil {
		panic(err)
	}

	one, err := ledger.OpenFlock(open(dir, "accounts"))
	fmt.Println(err)
	other, err := ledger.OpenFlock(open(dir, "accounts"))
	fmt.Println(err)

	fmt.Println(one.Move(0, 1, 30))
	fmt.Println(other.Move(0, 1, 80))
	fmt.Println(other.Balances())
	// Output:
	// <nil>
	// <nil>
	// <nil>
	// not enough money in the account
	// [70 30] <nil>
}

// endregion example

// A move that was in the log before the process died, and in the accounts not yet.
func ExampleOpenWAL() {
	dir, err := os.MkdirTemp("", "ledger")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	log, accounts := open(dir, "log"), open(dir, "accounts")
	if err := ledger.CreateWAL(log, accounts, []int64{100, 0}); err != nil {
		panic(err)
	}
	l, err := ledger.OpenWAL(log, readOnly{accounts})
	fmt.Println(err)
	fmt.Println(l.Move(0, 1, 30))

	l, err = ledger.OpenWAL(log, accounts)
	fmt.Println(l.Recovery(), err)
	fmt.Println(l.Balances())
	// Output:
	// <nil>
	// <nil>
	// {1 0} <nil>
	// [70 30] <nil>
}

// A readOnly file takes no writes. So a test can make a file fail in any way.
type readOnly struct{ *os.File }

func (readOnly) WriteAt([]byte, int64) (int, error) { return 0, errors.New("read-only") }
