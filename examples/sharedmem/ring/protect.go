package ring

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"unsafe"
)

// A FaultError says that memory which was mapped is not there any more: the file behind it was
// made shorter, or its disk failed.
type FaultError struct {
	Offset uint64 // where in the mapping
}

func (e *FaultError) Error() string {
	return fmt.Sprintf("ring: the memory at offset %#x of the mapping is gone", e.Offset)
}

// Protect runs f, which may use the mapping mem. If mem is not there any more, which kills a
// program by SIGBUS, Protect returns a *FaultError instead. A fault elsewhere is a fault still.
//
// It protects this goroutine only, and not what f starts. What f was in the middle of stays so:
// a mutex it holds is not unlocked unless f defers that.
func Protect(mem []byte, f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		switch e := recover().(type) {
		case nil:
		case interface {
			runtime.Error
			Addr() uintptr
		}:
			offset := uint64(e.Addr() - uintptr(unsafe.Pointer(unsafe.SliceData(mem))))
			if offset >= uint64(len(mem)) {
				panic(e)
			}
			err = &FaultError{offset}
		default:
			panic(e)
		}
	}()
	return f()
}
