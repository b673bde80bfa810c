//go:build !linux

package main

import (
	"errors"
	"os"
	"sync/atomic"
	"time"

	"example.com/lockstep/examples/hello/lockstep"
)

var errNeedLinux = errors.New("locks between processes need Linux here")

func share[T any]() (*os.File, *T) { lockstep.Check(errNeedLinux); return nil, nil }
func mapped[T any](*os.File) *T    { lockstep.Check(errNeedLinux); return nil }

func futexWait(*atomic.Uint32, uint32, time.Duration) error { return errNeedLinux }
func futexWake(*atomic.Uint32, int) int                     { return 0 }

func runPromises(f *lockstep.Flags) { f.Parse(); lockstep.Check(errNeedLinux) }
func locker(lockstep.Args)          { lockstep.Check(errNeedLinux) }
