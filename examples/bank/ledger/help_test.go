package ledger

import (
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
)

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
