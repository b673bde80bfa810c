//go:build !android && ((linux && (386 || arm || arm64 || loong64 || ppc64le || riscv64)) || darwin)

package mpi

import "github.com/ebitengine/purego"

func invoke(call *invocation) uintptr {
	r, _, _ := purego.SyscallN(call.address, call.args[:]...)
	return r
}
