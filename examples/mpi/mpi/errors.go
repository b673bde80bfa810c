package mpi

import (
	"fmt"
	"strings"
	"unsafe"
)

// A Class is an MPI error class, by its name in the standard. It is an error itself, so that
// errors.Is(err, mpi.ErrTruncate) asks for the class of err.
type Class string

func (c Class) Error() string { return string(c) }

// The classes of MPI's errors that calls of this package can end with.
const (
	ErrBuffer   Class = "MPI_ERR_BUFFER"
	ErrCount    Class = "MPI_ERR_COUNT"
	ErrType     Class = "MPI_ERR_TYPE"
	ErrTag      Class = "MPI_ERR_TAG"
	ErrComm     Class = "MPI_ERR_COMM"
	ErrRank     Class = "MPI_ERR_RANK"
	ErrRequest  Class = "MPI_ERR_REQUEST"
	ErrRoot     Class = "MPI_ERR_ROOT"
	ErrGroup    Class = "MPI_ERR_GROUP"
	ErrOp       Class = "MPI_ERR_OP"
	ErrTopology Class = "MPI_ERR_TOPOLOGY"
	ErrDims     Class = "MPI_ERR_DIMS"
	ErrArg      Class = "MPI_ERR_ARG"
	ErrUnknown  Class = "MPI_ERR_UNKNOWN"
	ErrTruncate Class = "MPI_ERR_TRUNCATE"
	ErrOther    Class = "MPI_ERR_OTHER"
	ErrIntern   Class = "MPI_ERR_INTERN"
	ErrPending  Class = "MPI_ERR_PENDING"
	ErrInStatus Class = "MPI_ERR_IN_STATUS"
	ErrNoMem    Class = "MPI_ERR_NO_MEM"
	ErrDisp     Class = "MPI_ERR_DISP"
	ErrLockType Class = "MPI_ERR_LOCKTYPE"
	ErrRMARange Class = "MPI_ERR_RMA_RANGE"
	ErrRMASync  Class = "MPI_ERR_RMA_SYNC"
	ErrSize     Class = "MPI_ERR_SIZE"
	ErrWin      Class = "MPI_ERR_WIN"
)

// Errors that this package finds before it calls MPI.
const (
	ErrNotRunning Class = "not inside mpi.Main" // before Main's function runs, or after it has returned
	ErrThread     Class = "wrong goroutine"     // see the package comment, Goroutines and threads
)

var classTable = [...]struct {
	class                    Class // its name in mpi.h
	openMPI, mpich, standard int32
}{
	{ErrBuffer, 1, 1, 1},
	{ErrCount, 2, 2, 2},
	{ErrType, 3, 3, 3},
	{ErrTag, 4, 4, 4},
	{ErrComm, 5, 5, 5},
	{ErrRank, 6, 6, 6},
	{ErrRequest, 7, 19, 7},
	{ErrRoot, 8, 7, 8},
	{ErrGroup, 9, 8, 9},
	{ErrOp, 10, 9, 10},
	{ErrTopology, 11, 10, 11},
	{ErrDims, 12, 11, 12},
	{ErrArg, 13, 12, 13},
	{ErrUnknown, 14, 13, 14},
	{ErrTruncate, 15, 14, 15},
	{ErrOther, 16, 15, 16},
	{ErrIntern, 17, 16, 17},
	{ErrPending, 19, 18, 18},
	{ErrInStatus, 18, 17, 19},
	{ErrNoMem, 39, 34, 39},
	{ErrDisp, 26, 52, 26},
	{ErrLockType, 37, 47, 37},
	{ErrRMARange, 68, 55, 48},
	{ErrRMASync, 47, 50, 50},
	{ErrSize, 49, 51, 52},
	{ErrWin, 53, 45, 56},
}

// An Error is a call that failed.
type Error struct {
	Op     string // the call, such as "Recv"
	Detail string // its arguments, where they help
	Class  Class
	Code   int    // the library's own code; 0 if the library was not called
	Text   string // what the library, or this package, says about it
}

func (e *Error) Error() string {
	s := "mpi: " + e.Op
	if e.Detail != "" {
		s += "(" + e.Detail + ")"
	}
	s += ": " + string(e.Class)
	if e.Text != "" {
		s += ": " + e.Text
	}
	return s
}

// Unwrap makes errors.Is compare with the class.
func (e *Error) Unwrap() error { return e.Class }

// bad returns the error of a call that is refused before MPI sees it.
func bad(op string, class Class, format string, args ...any) error {
	return &Error{Op: op, Class: class, Text: fmt.Sprintf(format, args...)}
}

// about adds a call's arguments to its error.
func about(err error, format string, args ...any) error {
	if e, ok := err.(*Error); ok && e.Detail == "" {
		e.Detail = fmt.Sprintf(format, args...)
	}
	return err
}

// fromCode turns what an MPI call returned into an error. It calls the library directly: it is
// itself part of a call.
func fromCode(op string, code int32) error {
	e := &Error{Op: op, Class: ErrUnknown, Code: int(code)}
	class := new(int32)
	syscall(fn.Error_class, uintptr(uint32(code)), uintptr(unsafe.Pointer(class)))
	if c, ok := abi.class[*class]; ok {
		e.Class = c
	}
	text, n := make([]byte, 8192), new(int32)
	syscall(fn.Error_string, uintptr(uint32(code)), uintptr(unsafe.Pointer(&text[0])), uintptr(unsafe.Pointer(n)))
	e.Text = oneLine(string(text[:min(max(*n, 0), 8192)]))
	return e
}

// oneLine makes a sentence of what the library says. Open MPI repeats the class; MPICH prints the
// stack of its own functions, whose last line says what was wrong.
func oneLine(text string) string {
	lines := strings.Split(strings.TrimSpace(strings.Trim(text, "\x00")), "\n")
	last := lines[len(lines)-1]
	if strings.HasPrefix(last, "MPI_ERR_") {
		_, last, _ = strings.Cut(last, ": ")
	}
	if _, after, ok := strings.Cut(last, "): "); ok && len(lines) > 1 {
		last = after
	}
	return strings.TrimSpace(last)
}
