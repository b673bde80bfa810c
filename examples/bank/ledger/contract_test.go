package ledger

import (
	"bytes"
	"errors"
	"io"
	"math"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
)

// contract is what every ledger promises, one clause after the other. Each starts with a ledger of
// its own.
var contract = []struct {
	promise  string
	balances []int64
	test     func(t *testing.T, l Ledger)
}{
	{"a move takes from one account and gives to the other", []int64{100, 20, 3}, func(t *testing.T, l Ledger) {
		wantMove(t, l, 0, 1, 30, nil)
		wantMove(t, l, 1, 2, 50, nil)
		wantBalances(t, l, 70, 0, 53)
	}},
	{"a move without enough money changes nothing", []int64{100, 0}, func(t *testing.T, l Ledger) {
		wantMove(t, l, 0, 1, 101, ErrFunds)
		wantMove(t, l, 1, 0, 1, ErrFunds)
		wantBalances(t, l, 100, 0)
	}},
	{"all there is can be moved", []int64{100, 0}, func(t *testing.T, l Ledger) {
		wantMove(t, l, 0, 1, 100, nil)
		wantBalances(t, l, 0, 100)
	}},
	{"the largest sum can be moved", []int64{math.MaxInt64 - 1, 1}, func(t *testing.T, l Ledger) {
		wantMove(t, l, 0, 1, math.MaxInt64-1, nil)
		wantBalances(t, l, 0, math.MaxInt64)
	}},
	{"a move that makes no sense is refused", []int64{100, 100}, func(t *testing.T, l Ledger) {
		for _, m := range []struct {
			from, to int
			amount   int64
		}{
			{0, 1, 0}, {0, 1, -5}, {0, 0, 5}, {0, 2, 5}, {2, 0, 5}, {-1, 0, 5}, {0, -1, 5},
			{math.MaxInt, 0, 5}, {0, math.MinInt, 5},
		} {
			err := l.Move(m.from, m.to, m.amount)
			if err == nil || errors.Is(err, ErrFunds) || errors.Is(err, ErrUnknown) {
				t.Errorf("move %d from %d to %d: %v, want a refusal with a reason", m.amount, m.from, m.to, err)
			}
		}
		wantBalances(t, l, 100, 100)
	}},
}

var badBalances = [][]int64{nil, {5, -1}, {math.MaxInt64, 1}, make([]int64, maxAccounts+1)}

func TestContract(t *testing.T) {
	for _, c := range contract {
		t.Run("mutex/"+c.promise, func(t *testing.T) {
			l, err := NewMutex(c.balances)
			if err != nil {
				t.Fatal(err)
			}
			c.test(t, l)
		})
	}
	forStrategies(t, func(t *testing.T, s strategy) {
		for _, c := range contract {
			t.Run(c.promise, func(t *testing.T) {
				_, open := newBranch(t, s, c.balances)
				c.test(t, open())
			})
		}
		t.Run("what one moves another sees", func(t *testing.T) {
			_, open := newBranch(t, s, []int64{100, 0})
			one, other := open(), open()
			for range 10 { // each finds the other's move, and adds its own
				wantMove(t, one, 0, 1, 3, nil)
				wantMove(t, other, 0, 1, 4, nil)
			}
			wantBalances(t, one, 30, 70)
			wantBalances(t, other, 30, 70)
		})
		t.Run("two want more than there is, and get what there is", func(t *testing.T) {
			_, open := newBranch(t, s, []int64{100, 0})
			var made, refused atomic.Int64
			var wg sync.WaitGroup
			for range 2 {
				l := open()
				wg.Go(func() {
					for range 60 {
						switch err := l.Move(0, 1, 1); {
						case err == nil:
							made.Add(1)
						case errors.Is(err, ErrFunds):
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
			wantBalances(t, open(), 0, 100)
		})
		t.Run("balances that are none are refused", func(t *testing.T) {
			for _, bad := range badBalances {
				err := error(nil)
				if s.name == "owner" {
					_, err = Serve(bad)
				} else {
					err = s.Create(openFiles(t, s, t.TempDir()), bad)
				}
				if err == nil {
					t.Errorf("%d balances such as %d were accepted", len(bad), bad[:min(2, len(bad))])
				}
			}
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
		if s.name == "owner" {
			t.Skip("it has no file")
		}
		for name, damage := range damages {
			dir, _ := newBranch(t, s, []int64{100, 100})
			path := filepath.Join(dir, s.files[len(s.files)-1])
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			bad := damage(data)
			if err := os.WriteFile(path, bad, 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Open(openFiles(t, s, dir)); !errors.Is(err, ErrDamaged) {
				t.Errorf("%s: %v, want ErrDamaged", name, err)
			}
			if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, bad) {
				t.Errorf("%s: the file was changed (%v)", name, err)
			}
		}
		dir, _ := newBranch(t, s, []int64{100, 100})
		if err := s.Create(openFiles(t, s, dir), []int64{1, 1}); err == nil {
			t.Error("a ledger was created over another")
		}
		if _, err := s.Open(openFiles(t, s, dir)); err != nil {
			t.Errorf("the other one: %v", err)
		}
	})
}

// negative makes the last account's balance -60, everything else in order.
func negative(data []byte) []byte {
	if bytes.HasPrefix(data, []byte(accountsMagic)) {
		return append(data[:len(data)-int(accountSize)], encodeAccount(1, -60)...)
	}
	i := bytes.LastIndexByte(data, 100) // the low byte of the last balance, in a mapped file
	copy(data[i:], []byte{196, 255, 255, 255, 255, 255, 255, 255})
	return data
}

// TestAConflictLeavesNoTrace: a move finds that one of its accounts has changed since it was read.
func TestAConflictLeavesNoTrace(t *testing.T) {
	for _, changed := range []int{0, 1} {
		accounts := make([]versioned, 2)
		accounts[changed].version.Store(2)
		if begin(&accounts[0], 0, &accounts[1], 0) {
			t.Errorf("account %d has changed: a move has begun", changed)
		}
		if v := accounts[1-changed].version.Load(); v != 0 {
			t.Errorf("account %d has changed: the other one has version %d, want 0", changed, v)
		}
	}
}

// TestALockBelongsToTheOpenFile is why each process opens the file for itself: who shares an open
// file is not kept out.
func TestALockBelongsToTheOpenFile(t *testing.T) {
	needUnix(t, "flock")
	f := openFiles(t, find("flock"), t.TempDir())[0]
	for range 2 { // the second would wait for ever if it were another open file
		if _, err := lock(f); err != nil {
			t.Fatal(err)
		}
	}
}

// A strategy is one way to keep a ledger's contract, as the tests see it.
type strategy struct {
	Strategy
	name  string
	files []string // their names in the ledger's folder
}

var strategies = []strategy{
	{Strategies["flock"], "flock", []string{"accounts"}},
	{Strategies["cas"], "cas", []string{"words"}},
	{Strategies["owner"], "owner", nil},
	{Strategies["optimistic"], "optimistic", []string{"versions"}},
	{Strategies["wal"], "wal", []string{"log", "accounts"}},
}

func find(name string) strategy {
	return strategies[slices.IndexFunc(strategies, func(s strategy) bool { return s.name == name })]
}

func forStrategies(t *testing.T, test func(t *testing.T, s strategy)) {
	for _, s := range strategies {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			needUnix(t, s.name)
			test(t, s)
		})
	}
}

func needUnix(t testing.TB, strategy string) {
	t.Helper()
	if runtime.GOOS == "windows" && strategy != "owner" && strategy != "mutex" {
		t.Skipf("%s needs Linux or macOS", strategy)
	}
}

// openFiles opens a strategy's files, as each process does for itself.
func openFiles(t testing.TB, s strategy, dir string) (files []*os.File) {
	t.Helper()
	for _, name := range s.files {
		f, err := os.OpenFile(filepath.Join(dir, name), os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		files = append(files, f)
	}
	return files
}

// newBranch creates a ledger in a folder of its own, and returns what opens it once more. An owner
// serves as many as maxOpen.
func newBranch(t testing.TB, s strategy, balances []int64) (dir string, open func() Ledger) {
	t.Helper()
	if s.name == "owner" {
		return "", ownerBranch(t, balances)
	}
	dir = t.TempDir()
	if err := s.Create(openFiles(t, s, dir), balances); err != nil {
		t.Fatal(err)
	}
	return dir, func() Ledger {
		t.Helper()
		l, err := s.Open(openFiles(t, s, dir))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
		return l
	}
}

const maxOpen = 4

func ownerBranch(t testing.TB, balances []int64) (open func() Ledger) {
	var ours, theirs []io.ReadWriteCloser
	for range maxOpen {
		a, b := net.Pipe()
		ours, theirs = append(ours, a), append(theirs, b)
	}
	served := make(chan error, 1)
	go func() {
		_, err := Serve(balances, theirs...)
		served <- err
	}()
	t.Cleanup(func() {
		for _, c := range ours {
			c.Close()
		}
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	next := 0
	return func() Ledger {
		next++
		return NewClient(ours[next-1])
	}
}

func wantMove(t *testing.T, l Ledger, from, to int, amount int64, want error) {
	t.Helper()
	if err := l.Move(from, to, amount); !errors.Is(err, want) {
		t.Errorf("move %d from %d to %d: %v, want %v", amount, from, to, err, want)
	}
}

func wantBalances(t *testing.T, l Ledger, want ...int64) {
	t.Helper()
	if got, err := l.Balances(); err != nil || !slices.Equal(got, want) {
		t.Errorf("balances %d, %v, want %d", got, err, want)
	}
}
