//go:build !unix

package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
)

var errNeedsUnix = fmt.Errorf("%w: this variant needs Linux or another Unix", errors.ErrUnsupported)

func noJoin(_, _ *exec.Cmd, _ string) ([]*os.File, error) { return nil, errNeedsUnix }

var (
	fifo       = mechanism{name: "fifo", join: noJoin}
	socketpair = mechanism{name: "socketpair", join: noJoin}
)

func runFIFO([]string) error       { return errNeedsUnix }
func runSocketpair([]string) error { return errNeedsUnix }
func runPassFile([]string) error   { return errNeedsUnix }
func runSignals([]string) error    { return errNeedsUnix }
func runOpenEnd([]string) error    { return errNeedsUnix }
func runEmpty([]string) error      { return errNeedsUnix }
func runSigpipe([]string) error    { return errNeedsUnix }

func passFileWorker([]string) error  { return errNeedsUnix }
func signalsChild([]string) error    { return errNeedsUnix }
func openEndConsumer([]string) error { return errNeedsUnix }
func emptyChild([]string) error      { return errNeedsUnix }
func sigpipeChild([]string) error    { return errNeedsUnix }
