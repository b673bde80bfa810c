//go:build linux && !race

package psync

import "unsafe"

func raceToken(unsafe.Pointer) unsafe.Pointer { return nil }
func raceAcquire(unsafe.Pointer)              {}
func raceRelease(unsafe.Pointer)              {}
