//go:build !linux

package main

import (
	"errors"
	"os"
	"sync/atomic"
	"time"
)

var errNeedLinux = errors.New("futex needs Linux; the variant goroutines runs everywhere")

func share() (*os.File, []byte, error) { return nil, nil, errNeedLinux }
func shared(*os.File) ([]byte, error)  { return nil, errNeedLinux }
func unshare([]byte)                   {}

type futex = atomic.Uint32

var errTimeout = errNeedLinux

func futexAt([]byte, int) *futex                    { return new(futex) }
func futexWait(*futex, uint32, time.Duration) error { return errNeedLinux }
func futexWake(*futex, int) int                     { return 0 }

func runLockOrder([]string) error   { return errNeedLinux }
func runPosixTrap([]string) error   { return errNeedLinux }
func runTwins([]string) error       { return errNeedLinux }
func lockOrderChild([]string) error { return errNeedLinux }
func probeChild([]string) error     { return errNeedLinux }
func twinChild([]string) error      { return errNeedLinux }
