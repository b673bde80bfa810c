//go:build unix

package ledger

import (
	"os"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

func needSocketPair(testing.TB, string) {}

func socketPair(t testing.TB) (ours, theirs *os.File) {
	t.Helper()
	syscall.ForkLock.RLock() // no child is started before both are closed for it
	fd, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err == nil {
		unix.CloseOnExec(fd[0])
		unix.CloseOnExec(fd[1])
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		t.Fatal(err)
	}
	return os.NewFile(uintptr(fd[0]), "one end"), os.NewFile(uintptr(fd[1]), "other end")
}
