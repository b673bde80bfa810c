package main

import (
	"bytes"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
)

// contract is what every strategy promises, one clause after the other. Each starts with a ledger
// of its own.
var contract = []struct {
	promise  string
	balances []int64
	test     func(t *testing.T, l ledger)
}{
	{"a move takes from one account and gives to the other", []int64{100, 20, 3}, func(t *testing.T, l ledger) {
		wantMove(t, l, 0, 1, 30, nil)
		wantMove(t, l, 1, 2, 50, nil)
		wantBalances(t, l, 70, 0, 53)
	}},
	{"a move without enough money changes nothing", []int64{100, 0}, func(t *testing.T, l ledger) {
		wantMove(t, l, 0, 1, 101, errFunds)
		wantMove(t, l, 1, 0, 1, errFunds)
		wantBalances(t, l, 100, 0)
	}},
	{"all there is can be moved", []int64{100, 0}, func(t *testing.T, l ledger) {
		wantMove(t, l, 0, 1, 100, nil)
		wantBalances(t, l, 0, 100)
	}},
	{"the largest sum can be moved", []int64{math.MaxInt64 - 1, 1}, func(t *testing.T, l ledger) {
		wantMove(t, l, 0, 1, math.MaxInt64-1, nil)
		wantBalances(t, l, 0, math.MaxInt64)
	}},
	{"a move that makes no sense is refused", []int64{100, 100}, func(t *testing.T, l ledger) {
		for _, m := range []struct {
			from, to int
			amount   int64
		}{{0, 1, 0}, {0, 1, -5}, {0, 0, 5}, {0, 2, 5}, {2, 0, 5}, {-1, 0, 5}, {0, -1, 5}} {
			if err := l.move(m.from, m.to, m.amount); err == nil || errors.Is(err, errFunds) {
				t.Errorf("move %d from %d to %d: %v, want a refusal with a reason", m.amount, m.from, m.to, err)
			}
		}
		wantBalances(t, l, 100, 100)
	}},
}

func wantMove(t *testing.T, l ledger, from, to int, amount int64, want error) {
	t.Helper()
	if err := l.move(from, to, amount); !errors.Is(err, want) {
		t.Errorf("move %d from %d to %d: %v, want %v", amount, from, to, err, want)
	}
}

func wantBalances(t *testing.T, l ledger, want ...int64) {
	t.Helper()
	if got, err := l.balances(); err != nil || !slices.Equal(got, want) {
		t.Errorf("balances %d, %v, want %d", got, err, want)
	}
}

func TestContract(t *testing.T) {
	for _, c := range contract {
		t.Run("mutex/"+c.promise, func(t *testing.T) { c.test(t, &mutexLedger{accounts: slices.Clone(c.balances)}) })
	}
	forStrategies(t, func(t *testing.T, s strategy) {
		for _, c := range contract {
			t.Run(c.promise, func(t *testing.T) { c.test(t, testBranch(t, s, c.balances).ledger) })
		}
		t.Run("a balance below zero opens no ledger", func(t *testing.T) {
			for _, bad := range [][]int64{{5, -1}, {math.MaxInt64, 1}} {
				if b, err := openBranch(s, testDir(t), bad); err == nil {
					t.Errorf("balances %d were accepted", bad)
					b.close()
				}
			}
		})
		t.Run("what one teller moves another sees", func(t *testing.T) {
			b := testBranch(t, s, []int64{100, 0})
			other, err := s.open(b.dir)
			if err != nil {
				t.Fatal(err)
			}
			defer other.close()
			for range 10 { // each finds the other's move, and adds its own
				wantMove(t, b.ledger, 0, 1, 3, nil)
				wantMove(t, other, 0, 1, 4, nil)
			}
			wantBalances(t, b.ledger, 30, 70)
			wantBalances(t, other, 30, 70)
		})
		t.Run("processes at once make and lose nothing", func(t *testing.T) {
			n := 2000
			if testing.Short() || s.name == "wal" {
				n = 100
			}
			for _, apart := range []bool{false, true} {
				w := workload{tellers: new(3), deposits: &n, apart: &apart}
				if err := w.run(s, func(string) {}); err != nil {
					t.Errorf("apart %v: %v", apart, err)
				}
			}
		})
		t.Run("two want more than there is, and get what there is", func(t *testing.T) {
			b := testBranch(t, s, []int64{100, 0})
			var made, refused atomic.Int64
			var wg sync.WaitGroup
			for range 2 {
				wg.Go(func() {
					l, err := s.open(b.dir)
					if err != nil {
						t.Error(err)
						return
					}
					defer l.close()
					for range 60 {
						switch err := l.move(0, 1, 1); {
						case err == nil:
							made.Add(1)
						case errors.Is(err, errFunds):
							refused.Add(1)
						default:
							t.Error(err)
						}
					}
				})
			}
			wg.Wait()
			if made.Load() != 100 || refused.Load() != 20 {
				t.Errorf("%d moves were made and %d refused, want 100 and 20", made.Load(), refused.Load())
			}
			wantBalances(t, b.ledger, 0, 100)
		})
	})
}

// TestDamageIsRefused opens each ledger with a file that is too short, too long, or not what it
// should be: no strategy starts, and none touches the file.
func TestDamageIsRefused(t *testing.T) {
	damages := map[string]func([]byte) []byte{
		"empty":       func([]byte) []byte { return nil },
		"cut short":   func(b []byte) []byte { return b[:len(b)-1] },
		"too long":    func(b []byte) []byte { return append(b, 'x') },
		"wrong magic": func(b []byte) []byte { b[0] ^= 0x20; return b },
		"negative":    negative,
	}
	forStrategies(t, func(t *testing.T, s strategy) {
		file := map[string]string{"flock": "account-1", "wal": "account-1", "cas": "words", "optimistic": "versions"}[s.name]
		if file == "" {
			t.Skip("it has no file")
		}
		for name, damage := range damages {
			dir := testDir(t)
			if err := s.create(dir, []int64{100, 100}); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, file)
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			bad := damage(data)
			if err := os.WriteFile(path, bad, 0o600); err != nil {
				t.Fatal(err)
			}
			if l, err := s.open(dir); err == nil {
				t.Errorf("%s %s: opened", file, name)
				l.close()
			}
			if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, bad) {
				t.Errorf("%s %s: the file was changed (%v)", file, name, err)
			}
		}
		if l, err := s.open(testDir(t)); err == nil {
			t.Error("a folder without files: opened")
			l.close()
		}
	})
}

// negative makes the last account's balance -60, everything else in order.
func negative(data []byte) []byte {
	if bytes.HasPrefix(data, []byte(accountMagic)) {
		return encodeAccount(-60)
	}
	i := bytes.LastIndexByte(data, 100) // the low byte of the last balance, in a mapped file
	copy(data[i:], []byte{196, 255, 255, 255, 255, 255, 255, 255})
	return data
}

func forStrategies(t *testing.T, test func(t *testing.T, s strategy)) {
	for _, s := range strategies {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			needUnix(t, s)
			test(t, s)
		})
	}
}
