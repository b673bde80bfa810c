// Package ledger keeps accounts that several processes change at the same time, in five ways.
//
// Every way is a [Ledger]: Move takes money from one account and gives it to another, and however
// many processes do that at once, no money is made or lost. They differ in what they cost, and in
// what is left if a process is killed in the middle of a move:
//
//	Flock       a lock on a file, which the kernel keeps     the move may be half done
//	CAS         one atomic instruction on shared memory      debited, and not credited
//	Client      messages to the one process that owns them   all or nothing, while the owner lives
//	Optimistic  write only if no version has changed         others wait for ever
//	WAL         a log, on the disk before a balance changes  all or nothing, power cuts included
//
// A ledger is created once, in empty files, and then opened by each process for itself:
//
//	f, err := os.OpenFile("accounts", os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
//	err = ledger.CreateFlock(f, []int64{100, 0})
//
//	l, err := ledger.OpenFlock(f) // each process, with a file that it has opened itself
//	err = l.Move(0, 1, 30)        // 30 from account 0 to account 1
//
// The lock of Flock and WAL belongs to the open file, not to the process. So each process needs an
// open file of its own: those who share one do not keep each other out. A parent can open the file
// once for each child and hand it on. Then it closes its own copy, which would keep the lock of a
// child that has died. CAS and Optimistic work with any descriptor of the file.
//
// Amounts are whole numbers in the smallest unit there is, such as cents. All the money in a ledger
// has to fit into an int64, and there may be 100,000 accounts. Closing a ledger does not close the
// files it was opened with.
//
// [Mutex] is the same for the goroutines of one process, to compare with.
package ledger

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
)

// A Ledger holds accounts, numbered from 0. Moves that are made at the same time come out as if
// they had been made one after the other.
type Ledger interface {
	// Move takes amount, at least 1, from one account and gives it to the other. An error means
	// that nothing has changed and nothing will, unless it is [ErrUnknown].
	Move(from, to int, amount int64) error
	// Balances returns what is in each account.
	Balances() ([]int64, error)
	// Close gives back what the ledger itself has taken, such as mapped memory.
	Close() error
}

var (
	// ErrFunds refuses a move that would leave an account below zero.
	ErrFunds = errors.New("not enough money in the account")
	// ErrUnknown says that something failed while the money was on its way, and could not be
	// undone either. The move may have happened, or may happen later.
	ErrUnknown = errors.New("outcome unknown")
	// ErrDamaged says that a file is not what a ledger has written. Nothing has been changed.
	ErrDamaged = errors.New("damaged ledger")
)

// A File is what Flock and WAL need of a file. An [os.File] is one. A test can wrap it, to fail or
// to be killed at any read or write.
type File interface {
	io.ReaderAt
	io.WriterAt
	Stat() (fs.FileInfo, error)
	Truncate(size int64) error
	Sync() error
	Fd() uintptr
}

const maxAccounts = 100_000 // five digits, in a file's lines

// checkMove refuses what no ledger does. Sums cannot overflow: checkBalances has seen to it that
// all the money there is fits into one account.
func checkMove(accounts, from, to int, amount int64) error {
	for _, n := range []int{from, to} {
		if n < 0 || n >= accounts {
			return fmt.Errorf("there is no account %d", n)
		}
	}
	switch {
	case from == to:
		return fmt.Errorf("from account %d to itself", from)
	case amount <= 0:
		return fmt.Errorf("amount %d is not above zero", amount)
	}
	return nil
}

func checkBalances(balances []int64) error {
	if len(balances) == 0 || len(balances) > maxAccounts {
		return fmt.Errorf("%d accounts: want 1 to %d", len(balances), maxAccounts)
	}
	sum := int64(0)
	for i, b := range balances {
		if b < 0 {
			return fmt.Errorf("account %d: balance %d is below zero", i, b)
		}
		if b > math.MaxInt64-sum {
			return fmt.Errorf("account %d: balance %d is more than can be summed up", i, b)
		}
		sum += b
	}
	return nil
}

// undone returns the error of a move of which all steps have been taken back, or ErrUnknown if
// taking them back has failed.
func undone(err error, undo ...error) error {
	if failed := errors.Join(undo...); failed != nil {
		return fmt.Errorf("%w: %w; taking it back: %w", ErrUnknown, err, failed)
	}
	return err
}

// damaged returns an ErrDamaged with a reason.
func damaged(format string, args ...any) error {
	return fmt.Errorf("%w: %w", ErrDamaged, fmt.Errorf(format, args...))
}

// createFile writes data into an empty file, down to the disk.
func createFile(f File, data []byte) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if info.Size() > 0 {
		return fmt.Errorf("%s: a ledger is created in an empty file, and this one has %d bytes",
			info.Name(), info.Size())
	}
	if _, err := f.WriteAt(data, 0); err != nil {
		return err
	}
	return f.Sync()
}

// A Strategy makes the ledgers of one kind, for a program that lets its user choose, or a test that
// tries them all.
type Strategy struct {
	Files  int // how many files Create and Open take
	Create func(f []*os.File, balances []int64) error
	Open   func(f []*os.File) (Ledger, error)
}

// Strategies are all that work between processes, by their names. That of the owner has no Create,
// since the balances are in the process that calls [Serve]; its files are two pipes, one to read from
// and one to write to.
var Strategies = map[string]Strategy{
	"flock": {1,
		func(f []*os.File, balances []int64) error { return CreateFlock(f[0], balances) },
		func(f []*os.File) (Ledger, error) { return OpenFlock(f[0]) }},
	"cas": {1,
		func(f []*os.File, balances []int64) error { return CreateCAS(f[0], balances) },
		func(f []*os.File) (Ledger, error) { return OpenCAS(f[0]) }},
	"owner": {2, nil,
		func(f []*os.File) (Ledger, error) { return NewClient(Pipes{f[0], f[1]}), nil }},
	"optimistic": {1,
		func(f []*os.File, balances []int64) error { return CreateOptimistic(f[0], balances) },
		func(f []*os.File) (Ledger, error) { return OpenOptimistic(f[0]) }},
	"wal": {2, // the log, and the accounts
		func(f []*os.File, balances []int64) error { return CreateWAL(f[0], f[1], balances) },
		func(f []*os.File) (Ledger, error) { return OpenWAL(f[0], f[1]) }},
}

// Pipes are a connection made of two pipes, or the ends of them that one side has.
type Pipes struct{ From, To *os.File }

// Read reads what the other side has written.
func (p Pipes) Read(data []byte) (int, error) { return p.From.Read(data) }

// Write writes to the other side.
func (p Pipes) Write(data []byte) (int, error) { return p.To.Write(data) }

// Close closes both ends.
func (p Pipes) Close() error { return errors.Join(p.From.Close(), p.To.Close()) }
