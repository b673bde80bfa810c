package main

import (
	"os"
	"runtime"
	"testing"
)

// testDir returns a folder with a short name: the path of a Unix socket may have no more than
// about 100 bytes, and t.TempDir has the test's name in it.
func testDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "bank")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// testBranch opens a ledger, with its owner if it needs one, for the length of the test.
func testBranch(t testing.TB, s strategy, balances []int64) *branch {
	t.Helper()
	b, err := openBranch(s, testDir(t), balances)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func mustFind(t testing.TB, name string) strategy {
	t.Helper()
	s, err := findStrategy(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func needUnix(t testing.TB, s strategy) {
	t.Helper()
	if runtime.GOOS == "windows" && s.name != "owner" {
		t.Skipf("%s needs Linux or macOS", s.name)
	}
}
