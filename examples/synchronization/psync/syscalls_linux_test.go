package psync

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

const stretches, rounds = 10, 100

// TestFastPathMakesNoSystemCall counts the system calls of a process by ptrace, in stretches
// between calls that serve as marks. Each stretch is the uncontended use of everything, a hundred
// times; the last has something to do in the kernel, which shows that the counting works. Go's
// scheduler may make a call of its own in a stretch, but not in each.
func TestFastPathMakesNoSystemCall(t *testing.T) {
	page, mem := newPage(t)
	if raceToken(unsafe.Pointer(&mem[0])) != nil {
		t.Skip("the race detector makes system calls of its own")
	}
	path, err := os.Executable()
	must(t, err)
	cmd := exec.Command(path, "traced")
	cmd.ExtraFiles = []*os.File{page}
	cmd.Stderr = os.Stderr
	cmd.Env = append(os.Environ(), "GOGC=off", "GODEBUG=asyncpreemptoff=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Ptrace: true, Pdeathsig: syscall.SIGKILL}
	runtime.LockOSThread() // ptrace is between two threads
	defer runtime.UnlockOSThread()
	if err := cmd.Start(); err != nil {
		t.Skipf("no ptrace here: %v", err)
	}
	defer cmd.Wait()
	defer cmd.Process.Kill()
	pid := cmd.Process.Pid
	var status unix.WaitStatus
	wait := func() {
		_, err := unix.Wait4(pid, &status, unix.WALL, nil)
		must(t, err)
	}
	wait()
	must(t, unix.PtraceSetOptions(pid, unix.PTRACE_O_TRACESYSGOOD|unix.PTRACE_O_EXITKILL))
	var counts []int
	marks, signal := 0, 0
	for !status.Exited() && !status.Signaled() {
		must(t, unix.PtraceSyscall(pid, signal))
		wait()
		signal = 0
		switch {
		case !status.Stopped():
		case status.StopSignal() != syscall.SIGTRAP|0x80:
			if signal = int(status.StopSignal()); signal == int(syscall.SIGTRAP) {
				signal = 0
			}
		default:
			var info struct { // struct ptrace_syscall_info
				op         uint8
				_          [3]uint8
				arch       uint32
				ip, sp, nr uint64
				rest       [7]uint64
			}
			const getSyscallInfo, entry = 0x420e, 1
			_, _, errno := unix.Syscall6(unix.SYS_PTRACE, getSyscallInfo, uintptr(pid), unsafe.Sizeof(info),
				uintptr(unsafe.Pointer(&info)), 0, 0)
			if errno != 0 {
				t.Skipf("PTRACE_GET_SYSCALL_INFO: %v (it needs Linux 5.3)", errno)
			}
			if info.op != entry {
				break
			}
			if info.nr == unix.SYS_GETPPID {
				marks++
				counts = append(counts, 0)
			} else if marks > 0 {
				counts[marks-1]++
			}
		}
	}
	if status.ExitStatus() != 0 || marks != stretches+2 {
		t.Fatalf("traced: status %v, %d marks", status, marks)
	}
	if n := slices.Min(counts[:stretches]); n != 0 {
		t.Errorf("%d uncontended rounds make %d system calls, want 0", rounds, n)
	}
	if n := slices.Max(counts[:stretches]); n >= rounds {
		t.Errorf("%d uncontended rounds make %d system calls: one each", rounds, n)
	}
	if n := counts[stretches]; n < rounds {
		t.Errorf("%d of %d calls into the kernel were counted: the test tests nothing", n, rounds)
	}
}

func init() {
	if len(os.Args) > 1 && (os.Args[1] == "traced" || os.Args[1] == "headless") {
		runtime.LockOSThread() // main stays on the first thread, the one that is traced, or ends
	}
}

func traced() error {
	p, err := childPage()
	if err != nil {
		return err
	}
	b, err := OpenBarrier(p.mem[atBarrier:], 1)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var failed []string
	try := func(name string, err error) {
		if err != nil {
			failed = append(failed, name+": "+err.Error())
		}
	}
	round := func() {
		try("Lock", p.m.Lock())
		try("Signal", p.c.Signal())
		try("Broadcast", p.c.Broadcast())
		try("Unlock", p.m.Unlock())
		try("TryLock", p.m.TryLock())
		try("Unlock", p.m.Unlock())
		try("LockContext", p.m.LockContext(ctx))
		try("Unlock", p.m.Unlock())
		try("RLock", p.rw.RLock())
		try("RUnlock", p.rw.RUnlock())
		try("RWMutex.Lock", p.rw.Lock())
		try("RWMutex.Unlock", p.rw.Unlock())
		try("Acquire", p.s.Acquire(ctx))
		try("Release", p.s.Release())
		try("Barrier.Wait", b.Wait(ctx))
		try("Set", p.e.Set())
		try("Event.Wait", p.e.Wait(ctx))
		try("Do", p.o.Do(ctx, func(bool) error { return nil }))
	}
	round()
	for range stretches {
		unix.Getppid()
		for range rounds {
			round()
		}
	}
	unix.Getppid()
	for range rounds {
		futexWake(p.m.futex(), 1)
	}
	unix.Getppid()
	if failed != nil {
		return fmt.Errorf("%s", strings.Join(failed, "; "))
	}
	return nil
}
