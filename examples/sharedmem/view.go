//go:build unix

package main

import (
	"fmt"
	"reflect"
	"unsafe"
)

// plain is what may lie in shared memory in numbers: every process reads the same bits as the
// same value. A Go pointer is none of it, nor is what holds one: a string, a slice, a map.
type plain interface {
	~int8 | ~int16 | ~int32 | ~int64 | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~float32 | ~float64
}

// view returns mem as values of type T. It is no copy: it is the same memory.
func view[T plain](mem []byte) ([]T, error) {
	size := unsafe.Sizeof(*new(T))
	p := unsafe.Pointer(unsafe.SliceData(mem))
	if uintptr(p)%size != 0 || uintptr(len(mem))%size != 0 {
		return nil, fmt.Errorf("%d bytes at %p are no whole, aligned %T", len(mem), p, *new(T))
	}
	return unsafe.Slice((*T)(p), uintptr(len(mem))/size), nil
}

// at returns the T that lies at an offset of mem: a struct of numbers, arrays of them and atomics.
// Nothing that comes from another process is trusted to be in bounds or aligned.
func at[T any](mem []byte, offset uint64) (*T, error) {
	t := reflect.TypeFor[T]()
	if field := pointerIn(t); field != "" {
		return nil, fmt.Errorf("%s may not lie in shared memory: %s is a pointer, good in one process only",
			t.Name(), field)
	}
	if size := uint64(t.Size()); offset > uint64(len(mem)) || size > uint64(len(mem))-offset {
		return nil, fmt.Errorf("no %s at offset %d: the memory has %d bytes", t.Name(), offset, len(mem))
	}
	p := unsafe.Add(unsafe.Pointer(unsafe.SliceData(mem)), offset)
	if uintptr(p)%uintptr(t.Align()) != 0 {
		return nil, fmt.Errorf("no %s at offset %d: it is not aligned to %d", t.Name(), offset, t.Align())
	}
	return (*T)(p), nil
}

// pointerIn returns the name of a part of t that is, or holds, a Go pointer, or "".
func pointerIn(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Array:
		return pointerIn(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if pointerIn(t.Field(i).Type) != "" {
				return t.Field(i).Name
			}
		}
		return ""
	case reflect.Chan, reflect.Func, reflect.Interface, reflect.Map, reflect.Pointer,
		reflect.Slice, reflect.String, reflect.UnsafePointer, reflect.Uintptr:
		return t.String()
	}
	return "" // a number or a bool
}
