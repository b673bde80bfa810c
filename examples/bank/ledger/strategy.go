package ledger

import (
	"errors"
	"os"
)

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
