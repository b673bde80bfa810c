package script

import (
	"fmt"
	"os"
	"strings"
	"syscall"
)

var unixConditions []*sweepCondition

func signalGroup(p *os.Process, _ syscall.Signal) { p.Kill() }

func enter(*run, string) (func() error, error) { return func() error { return nil }, nil }

// signalByName knows the one signal that can be sent here.
func signalByName(name string) (os.Signal, error) {
	if strings.TrimPrefix(name, "SIG") == "KILL" {
		return os.Kill, nil
	}
	return nil, fmt.Errorf("signal %q cannot be sent on this system", name)
}
