//go:build !linux || !amd64

package mpi

import "github.com/ebitengine/purego"

func invoke(call *invocation) uintptr {
	r, _, _ := purego.SyscallN(call.address, call.args[:]...)
	return r
}
