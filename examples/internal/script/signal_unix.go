//go:build unix

package script

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// signalByName returns the signal of that name, with or without "SIG".
func signalByName(name string) (os.Signal, error) {
	if s := unix.SignalNum("SIG" + strings.TrimPrefix(name, "SIG")); s != 0 {
		return s, nil
	}
	return nil, fmt.Errorf("unknown signal %q", name)
}
