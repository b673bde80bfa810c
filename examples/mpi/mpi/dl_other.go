//go:build !linux && !darwin

package mpi

import "errors"

// Where there is no dlopen, load has returned an error before it comes here.

var errNoDlopen = errors.New("mpi: needs Linux or macOS")

func dlopen(string, bool) (uintptr, error)   { return 0, errNoDlopen }
func dlsym(uintptr, string) (uintptr, error) { return 0, errNoDlopen }
func dlclose(uintptr)                        {}
