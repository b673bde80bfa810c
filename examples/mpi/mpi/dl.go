//go:build !android && ((linux && (386 || amd64 || arm || arm64 || loong64 || ppc64le || riscv64)) || darwin)

package mpi

import "github.com/ebitengine/purego"

const hasDlopen = true

func dlopen(name string, global bool) (uintptr, error) {
	mode := purego.RTLD_LAZY | purego.RTLD_LOCAL
	if global {
		mode = purego.RTLD_NOW | purego.RTLD_GLOBAL
	}
	return purego.Dlopen(name, mode)
}

func dlsym(handle uintptr, name string) (uintptr, error) { return purego.Dlsym(handle, name) }

func dlclose(handle uintptr) { purego.Dlclose(handle) }

// syscall calls a C function with integers and pointers. A pointer must be converted to uintptr in
// the call's own argument list: then it stays valid until the call returns.
//
//go:uintptrescapes
func syscall(address uintptr, args ...uintptr) int32 {
	r, _, _ := purego.SyscallN(address, args...)
	return int32(r)
}

// newCallback makes a Go function one that C can call. It is never freed.
func newCallback(f any) uintptr { return purego.NewCallback(f) }
