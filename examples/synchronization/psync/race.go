//go:build linux && race

package psync

import (
	"runtime"
	"sync"
	"unsafe"
)

// The race detector follows atomic operations on Go's own memory only. These calls tell it what a
// lock in a mapping orders. They need an address in Go's memory: one for each primitive.

var raceTokens sync.Map // address in the mapping → *[8]byte

func raceToken(base unsafe.Pointer) unsafe.Pointer {
	token, _ := raceTokens.LoadOrStore(uintptr(base), new([8]byte))
	return unsafe.Pointer(token.(*[8]byte))
}

func raceAcquire(token unsafe.Pointer) { runtime.RaceAcquire(token) }
func raceRelease(token unsafe.Pointer) { runtime.RaceReleaseMerge(token) }
