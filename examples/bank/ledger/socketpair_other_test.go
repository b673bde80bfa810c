//go:build !unix

package ledger

import (
	"os"
	"testing"
)

func needSocketPair(t testing.TB, strategy string) {
	if strategy == "owner" {
		t.Skip("a pair of sockets needs Linux or macOS")
	}
}

func socketPair(testing.TB) (ours, theirs *os.File) { return nil, nil }
