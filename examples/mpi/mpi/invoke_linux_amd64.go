//go:build !android

package mpi

import "unsafe"

// invoke calls a C function as purego.SyscallN does, but neither copies nor clears room for 32
// arguments and for floating-point numbers.
func invoke(call *invocation) uintptr {
	cgocall(invokedABI0, unsafe.Pointer(call))
	return call.address
}

var invokedABI0 uintptr // the address of invoked, in assembly: it leaves the result where the address was

// The runtime keeps this name for purego and others like it. That it works without cgo is purego's doing.
//
//go:linkname cgocall runtime.cgocall
func cgocall(function uintptr, argument unsafe.Pointer) int32
