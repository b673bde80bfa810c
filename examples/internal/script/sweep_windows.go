package script

import (
	"os"
	"syscall"
)

var unixConditions []*sweepCondition

func signalGroup(p *os.Process, _ syscall.Signal) { p.Kill() }

func enter(*run, string) (func() error, error) { return func() error { return nil }, nil }
