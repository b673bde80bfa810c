//go:build unix

package pool

import (
	"fmt"
	"math"
	"os"
	"os/exec"
	"sync/atomic"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A worker is the leader of a session of its own, and so of a process group. It has no terminal: none
// can stop it because it prints or a task asks there, and Ctrl-C reaches the program and not its
// workers. A leader cannot leave its group, so a worker ends together with what its tasks have
// started.

// passFiles makes cmd inherit the files, and returns the numbers they have in the child.
func passFiles(cmd *exec.Cmd, files []*os.File) []uintptr {
	var numbers []uintptr
	for _, f := range files {
		numbers = append(numbers, uintptr(3+len(cmd.ExtraFiles)))
		cmd.ExtraFiles = append(cmd.ExtraFiles, f)
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	return numbers
}

// inherited opens a descriptor the process was started with. Nothing this process starts gets it:
// a copy in another process would hide this one's death.
func inherited(fd uintptr) *os.File {
	syscall.CloseOnExec(int(fd))
	syscall.SetNonblock(int(fd), true) // so that a read that waits holds no thread
	return os.NewFile(fd, "pool")
}

// Both are called before the process is waited for: until then its number, which is its group's
// too, belongs to nobody else.
func terminate(p *os.Process) { syscall.Kill(-p.Pid, syscall.SIGTERM) }
func kill(p *os.Process)      { syscall.Kill(-p.Pid, syscall.SIGKILL) }

// dieWithGroup ends this worker, and what it has started, with it.
func dieWithGroup() {
	if group, err := unix.Getpgid(0); err == nil && group == os.Getpid() {
		syscall.Kill(0, syscall.SIGKILL)
	}
	os.Exit(1)
}

// A recorder is memory that a worker shares with the pool and that outlives the worker: which
// task is running, and the answers that are on their way to the pipe. With it a worker need not
// write after every task, and yet nothing that was finished is lost with it.
type recorder struct {
	mem     []byte
	running *atomic.Uint64 // id of the task that began last; if it has been answered, none runs
	written *atomic.Uint64 // how much of data is valid, and from 1<<32 on where the last frame starts if it is still open
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
		written: (*atomic.Uint64)(unsafe.Pointer(&mem[8])),
		data:    mem[recorderHeader:],
	}, nil
}

// note makes the first n bytes of data valid. The frame from open on grows still: it is valid without
// its length; if there is none, open is n. Both change in one store, as a worker may be killed at any point.
func (r *recorder) note(open, n int) { r.written.Store(uint64(open)<<32 | uint64(n)) }

// recovered returns a copy of the answers in it: whole frames.
func (r *recorder) recovered() []byte {
	v := r.written.Load()
	n := min(v&math.MaxUint32, uint64(len(r.data)))
	frames := append([]byte(nil), r.data[:n]...)
	if open := v >> 32; open+headerSize <= n {
		closeFrame(frames, int(open))
	}
	return frames
}

func (r *recorder) close() { unix.Munmap(r.mem) }
