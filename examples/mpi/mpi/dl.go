//go:build linux || darwin

package mpi

import "github.com/ebitengine/purego"

func dlopen(name string, global bool) (uintptr, error) {
	mode := purego.RTLD_LAZY | purego.RTLD_LOCAL
	if global {
		mode = purego.RTLD_NOW | purego.RTLD_GLOBAL
	}
	return purego.Dlopen(name, mode)
}

func dlsym(handle uintptr, name string) (uintptr, error) { return purego.Dlsym(handle, name) }

func dlclose(handle uintptr) { purego.Dlclose(handle) }
