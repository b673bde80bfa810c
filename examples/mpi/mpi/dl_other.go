//go:build android || !((linux && (386 || amd64 || arm || arm64 || loong64 || ppc64le || riscv64)) || darwin)

package mpi

import "errors"

// Where there is no dlopen, load returns an error before it comes here.

const hasDlopen = false

var errNoDlopen = errors.New("mpi: no dlopen here")

func dlopen(string, bool) (uintptr, error)   { return 0, errNoDlopen }
func dlsym(uintptr, string) (uintptr, error) { return 0, errNoDlopen }
func dlclose(uintptr)                        {}
func syscall(uintptr, ...uintptr) int32      { return -1 }
func newCallback(any) uintptr                { return 0 }
func invoke(*invocation) uintptr             { return ^uintptr(0) }
