//go:build unix

package pool

import (
	"fmt"
	"os"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A recorder is memory that a worker shares with the pool and that outlives the worker: which
// task is running, and the answers that are on their way to the pipe. With it a worker need not
// write after every task, and yet nothing that was finished is lost with it.
type recorder struct {
	mem     []byte
	running *atomic.Uint64 // id of the task that began last; if it has been answered, none runs
	length  *atomic.Uint64 // how much of data is valid: whole frames
	data    []byte
}

const (
	recorderHeader = 64
	recorderSize   = 64 << 10
)

// newRecorder returns the pool's side of a recorder, and the file to pass to the worker.
func newRecorder() (*recorder, *os.File, error) {
	f, err := anonymousFile("pool-recorder")
	if err != nil {
		return nil, nil, err
	}
	if err = f.Truncate(recorderSize); err == nil {
		var r *recorder
		if r, err = mapRecorder(f); err == nil {
			return r, f, nil
		}
	}
	f.Close()
	return nil, nil, err
}

// openRecorder is the worker's side.
func openRecorder(f *os.File) (*recorder, error) {
	defer f.Close()
	if info, err := f.Stat(); err != nil || info.Size() != recorderSize {
		return nil, fmt.Errorf("recorder: not a file of %d bytes: %v", recorderSize, err)
	}
	return mapRecorder(f)
}

func mapRecorder(f *os.File) (*recorder, error) {
	mem, err := unix.Mmap(int(f.Fd()), 0, recorderSize, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return nil, os.NewSyscallError("mmap", err)
	}
	return &recorder{
		mem:     mem,
		running: (*atomic.Uint64)(unsafe.Pointer(&mem[0])),
		length:  (*atomic.Uint64)(unsafe.Pointer(&mem[8])),
		data:    mem[recorderHeader:],
	}, nil
}

// recovered returns a copy of the answers in it.
func (r *recorder) recovered() []byte {
	n := min(r.length.Load(), uint64(len(r.data)))
	return append([]byte(nil), r.data[:n]...)
}

func (r *recorder) close() { unix.Munmap(r.mem) }
