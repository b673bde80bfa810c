package pool

import (
	"context"
	"errors"
	"fmt"
	"os"
)

// Errors of a pool that can do no more.
var (
	// ErrClosed answers a task that is given to a pool after Close.
	ErrClosed = errors.New("pool: closed")
	// ErrNotServed is New's answer in a worker whose main function has not called Serve first.
	ErrNotServed = errors.New("pool: this process was started as a worker: call pool.Serve first in main")
	// ErrNotRegistered is what a TaskError wraps if the worker knows no function of the name:
	// Func must run before Serve, in the worker as in the program that starts it.
	ErrNotRegistered = errors.New("function is not registered in the worker")
	// ErrTimeLimit is what a TaskError wraps if the task ran longer than TimeLimit allows. It is a
	// context.DeadlineExceeded.
	ErrTimeLimit error = timeLimitError{}
)

type timeLimitError struct{}

func (timeLimitError) Error() string        { return "task ran longer than the time limit" }
func (timeLimitError) Is(target error) bool { return target == context.DeadlineExceeded }

// A TaskError is every error that answers a task. What it wraps says what happened: a
// [*CrashError], a [*PanicError], a [*RemoteError], a [*CodecError], a [*SizeError],
// [ErrNotRegistered], [ErrTimeLimit], [ErrClosed], a [*StartError] if there is no worker left to run
// it, or the cause of the end of a context.
type TaskError struct {
	Func  string // the function's name
	Index int    // the input's place in the sequence given to Map or Unordered; else -1
	Err   error
}

func (e *TaskError) Error() string {
	if e.Index < 0 {
		return fmt.Sprintf("%s: %v", e.Func, e.Err)
	}
	return fmt.Sprintf("%s: task %d: %v", e.Func, e.Index, e.Err)
}

func (e *TaskError) Unwrap() error { return e.Err }

// A CrashError says that a task's worker died while it ran the task.
type CrashError struct {
	Worker  int              // the worker's number, from 1
	State   *os.ProcessState // how the process ended
	Stderr  string           // the end of what it wrote to its standard error, and the report of a crash: about 8 KiB
	Crashes int              // how many workers this task has taken with it
	Err     error            // not nil if the pool killed the worker for what it sent
}

func (e *CrashError) Error() string {
	s := fmt.Sprintf("worker %d: %v", e.Worker, e.State)
	if e.Err != nil {
		s += ", after " + e.Err.Error()
	}
	if e.Crashes > 1 {
		s += fmt.Sprintf(", given up after %d crashes", e.Crashes)
	}
	return s
}

func (e *CrashError) Unwrap() error { return e.Err }

// A PanicError says that a task panicked. Its worker lives on.
type PanicError struct{ Value, Stack string }

func (e *PanicError) Error() string { return "panic: " + e.Value }

// A RemoteError is an error that a function returned. Only its text crosses the process border,
// and that it was context.Canceled or context.DeadlineExceeded.
type RemoteError struct {
	Text string
	is   error
}

func (e *RemoteError) Error() string { return e.Text }

func (e *RemoteError) Unwrap() error { return e.is }

// A CodecError says that an argument or a result could not be turned into bytes, or back.
type CodecError struct {
	What string // such as "encode argument"
	Err  error
}

func (e *CodecError) Error() string { return e.What + ": " + e.Err.Error() }

func (e *CodecError) Unwrap() error { return e.Err }

// A SizeError says that an argument or a result is larger than MaxSize allows.
type SizeError struct {
	What      string // "argument" or "result"
	Size, Max int
}

func (e *SizeError) Error() string {
	return fmt.Sprintf("%s of %d bytes is over the limit of %d", e.What, e.Size, e.Max)
}

// A StartError says that a worker could not be started.
type StartError struct {
	Worker int
	Stderr string // the end of what it wrote to its standard error, if it came to that
	Err    error
}

func (e *StartError) Error() string { return fmt.Sprintf("pool: start worker %d: %v", e.Worker, e.Err) }

func (e *StartError) Unwrap() error { return e.Err }

// Which known error an answer that is one carries.
const (
	errOther byte = iota
	errCanceled
	errDeadline
)

func errorCode(err error) byte {
	switch {
	case errors.Is(err, context.Canceled):
		return errCanceled
	case errors.Is(err, context.DeadlineExceeded):
		return errDeadline
	}
	return errOther
}

func remoteError(code byte, text string) error {
	e := &RemoteError{Text: text}
	switch code {
	case errCanceled:
		e.is = context.Canceled
	case errDeadline:
		e.is = context.DeadlineExceeded
	}
	return e
}
