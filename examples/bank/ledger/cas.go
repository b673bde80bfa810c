package ledger

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"sync/atomic"
	"unsafe"
)

// A CAS keeps each balance in a word of shared memory, and changes it in one instruction:
// compare-and-swap, which the processor carries out for one core at a time. It takes no lock and
// makes no system call. But one word is all that it can change at once, so between debit and credit
// the money is in neither account, and a process that is killed there takes it along.
//
// Move and Balances may be called by several goroutines.
type CAS struct {
	accounts []Word
	unmap    func() error
	retries  atomic.Int64
}

// CreateCAS writes an account for each balance into an empty file.
func CreateCAS(f *os.File, balances []int64) error {
	if err := checkBalances(balances); err != nil {
		return err
	}
	return CreateWords(f, balances)
}

// OpenCAS maps the accounts in a file.
func OpenCAS(f *os.File) (*CAS, error) {
	accounts, unmap, err := OpenWords(f)
	if err != nil {
		return nil, err
	}
	l := &CAS{accounts: accounts, unmap: unmap}
	if balances, _ := l.Balances(); checkBalances(balances) != nil {
		return nil, errors.Join(damaged("%w", checkBalances(balances)), unmap())
	}
	return l, nil
}

// Move takes the money from one word, and then adds it to the other.
func (l *CAS) Move(from, to int, amount int64) error {
	if err := checkMove(len(l.accounts), from, to, amount); err != nil {
		return err
	}
	if err := l.debit(from, amount); err != nil {
		return err
	}
	l.accounts[to].Add(amount)
	return nil
}

// debit takes money from an account if there is enough of it.
func (l *CAS) debit(from int, amount int64) error {
	for {
		have := l.accounts[from].Load()
		if have < amount {
			return ErrFunds
		}
		// The check still holds at the moment of the swap, or nothing is swapped.
		if l.accounts[from].CompareAndSwap(have, have-amount) {
			return nil
		}
		l.retries.Add(1)
	}
}

// Balances reads one word after the other: exact only while nobody moves money.
func (l *CAS) Balances() ([]int64, error) {
	balances := make([]int64, len(l.accounts))
	for i := range balances {
		balances[i] = l.accounts[i].Load()
	}
	return balances, nil
}

// Retries returns how often this CAS has found a balance changed and tried again.
func (l *CAS) Retries() int { return int(l.retries.Load()) }

// Close unmaps the memory. The file is the caller's.
func (l *CAS) Close() error {
	l.accounts = nil
	return l.unmap()
}

// A mapped file is memory that several processes share: a head, then lines of 64 bytes, so that no
// two values are on one cache line.
const (
	lineSize    = 64
	mappedMagic = "lockstep mapped 1 "
)

// A Word is a number in shared memory, alone on its cache line.
type Word struct {
	atomic.Int64
	_ [lineSize - 8]byte
}

// CreateWords writes numbers into an empty file, for OpenWords to map.
func CreateWords(f *os.File, values []int64) error { return createMapped(f, "words", 0, values) }

// OpenWords maps a file made by CreateWords. The words are the same memory in every process that
// does so. They must not be used after unmap; a process that ends need not call it.
func OpenWords(f *os.File) (words []Word, unmap func() error, err error) {
	return openMapped[Word](f, "words")
}

// createMapped writes a line for each value, which is at the given place of its line.
func createMapped(f *os.File, kind string, place int, values []int64) error {
	data := make([]byte, (1+len(values))*lineSize)
	copy(data, mappedMagic+kind+"\n")
	for i, v := range values {
		binary.NativeEndian.PutUint64(data[(1+i)*lineSize+place:], uint64(v))
	}
	return createFile(f, data) // all of it, since a page that the disk has no room for is a fault
}

// openMapped maps a file and returns its lines, each seen as a T. Other processes write to them: T
// must consist of atomics.
func openMapped[T any](f *os.File, kind string) (lines []T, unmap func() error, err error) {
	info, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	n := info.Size()/lineSize - 1
	if n < 1 || n > maxAccounts || info.Size()%lineSize != 0 {
		return nil, nil, damaged("%d bytes long: want a head and 1 to %d lines of %d bytes each",
			info.Size(), maxAccounts, lineSize)
	}
	memory, unmap, err := mapFile(f, int(info.Size()))
	if err != nil {
		return nil, nil, err
	}
	head := append([]byte(mappedMagic+kind+"\n"), make([]byte, lineSize)...)[:lineSize]
	if !bytes.Equal(memory[:lineSize], head) {
		return nil, nil, errors.Join(damaged("it does not begin with %q", mappedMagic+kind), unmap())
	}
	return unsafe.Slice((*T)(unsafe.Pointer(&memory[lineSize])), n), unmap, nil
}
