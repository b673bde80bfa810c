package psync

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// again runs tests of this package once more, in a process for which the words before it have made
// a condition. Each test has to pass there.
func again(t *testing.T, tests string, condition ...string) {
	t.Helper()
	path, err := os.Executable()
	must(t, err)
	words := slices.Concat(condition, []string{"-test.v", "-test.timeout=1m", "-test.run=^(" + tests + ")$"})
	if condition[0] == "unshare" {
		words = slices.Insert(words, len(condition), path)
	} else {
		words = slices.Insert(words, 0, path)
	}
	out, err := exec.Command(words[0], words[1:]...).CombinedOutput()
	if errors.Is(err, exec.ErrNotFound) || strings.Contains(string(out), "Operation not permitted") {
		t.Skipf("no such namespace to be had here: %s %v (apt-get install util-linux)", out, err)
	}
	if strings.Contains(string(out), noFilter) {
		t.Skip(noFilter)
	}
	for test := range strings.SplitSeq(tests, "|") {
		if !strings.Contains(string(out), "--- PASS: "+test+" (") {
			t.Fatalf("%s does not pass: %s %v", test, out, err)
		}
	}
	must(t, err)
}

// TestOldMachine uses everything on a machine that has been up for so long that start times need
// their 32nd bit (after 248.6 days), or a 33rd, which is not compared (after 497.1 days).
func TestOldMachine(t *testing.T) {
	const day = 24 * 60 * 60
	for _, days := range []int{249, 498} {
		t.Run(fmt.Sprint(days, " days"), func(t *testing.T) {
			t.Parallel()
			condition := []string{"unshare", "--time", "--boottime", strconv.Itoa(days * day), "--fork", "--kill-child"}
			if os.Getuid() != 0 {
				condition = slices.Insert(condition, 1, "--user", "--map-root-user")
			}
			again(t, "TestRWMutex|TestSemaphore|TestBarrier|TestCond|TestOnce|TestStartTimeTells|TestImpatientFindTheDead", condition...)
		})
	}
}

// TestSandbox looks for the dead where system calls are refused, with the errors that sandboxes
// and old kernels give.
func TestSandbox(t *testing.T) {
	const death = "TestZombieIsDead|TestStartTimeTells|TestFirstThreadEnded|TestImpatientFindTheDead"
	for _, c := range []struct {
		name  string
		errno unix.Errno
		call  int
		tests string
	}{
		{"pidfd_open not permitted", unix.EPERM, unix.SYS_PIDFD_OPEN, death},
		{"pidfd_open unknown", unix.ENOSYS, unix.SYS_PIDFD_OPEN, death},
		{"kill not permitted", unix.EPERM, unix.SYS_KILL, death},
		{"no namespaces", unix.ENOENT, unix.SYS_READLINKAT, "TestZombieIsDead|TestStartTimeTells"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			again(t, c.tests, "refuse", strconv.Itoa(int(c.errno)), strconv.Itoa(c.call))
		})
	}
}

const noFilter = "this kernel has no seccomp filters"

// refuse makes a system call fail from now on, and becomes this program with other arguments.
func refuse(args []string) error {
	errno, err1 := strconv.Atoi(args[0])
	call, err2 := strconv.Atoi(args[1])
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	filter := []unix.SockFilter{
		{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS}, // the number of the call
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: uint32(call), Jf: 1},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ERRNO | uint32(errno)},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW},
	}
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	runtime.LockOSThread() // a filter is a thread's, until it replaces the process
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	if err := unix.Prctl(unix.PR_SET_SECCOMP, unix.SECCOMP_MODE_FILTER, uintptr(unsafe.Pointer(&program)), 0, 0); err != nil {
		return fmt.Errorf("%s: %w", noFilter, err)
	}
	return unix.Exec("/proc/self/exe", append(os.Args[:1], args[2:]...), os.Environ())
}

// TestUnknownSelf: where a process cannot tell its own name, or where that name counts, it opens
// nothing, and says why.
func TestUnknownSelf(t *testing.T) {
	path, err := os.Executable()
	must(t, err)
	noLinks := []string{strconv.Itoa(int(unix.EACCES)), strconv.Itoa(unix.SYS_READLINKAT)}
	for _, c := range []struct {
		want    string
		command []string
	}{
		{"cannot tell which namespace this is: readlink /proc/self/ns/pid: permission denied",
			[]string{path, "refuse", noLinks[0], noLinks[1], "lock-and-exit"}},
		{"cannot tell who I am: /proc is of another pid namespace",
			[]string{"unshare", "--pid", "--fork", "--kill-child", path, "lock-and-exit"}},
		{"cannot tell who I am: open /proc/self/stat: no such file or directory",
			[]string{"unshare", "--mount", "sh", "-c", `mount -t tmpfs none /proc && exec "$0" lock-and-exit`, path}},
	} {
		t.Run(c.want, func(t *testing.T) {
			page, _ := newPage(t)
			cmd := exec.Command(c.command[0], c.command[1:]...)
			cmd.ExtraFiles = []*os.File{page}
			out, err := cmd.CombinedOutput()
			if errors.Is(err, exec.ErrNotFound) || strings.Contains(string(out), "Operation not permitted") {
				t.Skipf("a namespace needs root and unshare (apt-get install util-linux): %s %v", out, err)
			}
			if strings.Contains(string(out), noFilter) {
				t.Skip(noFilter)
			}
			if err == nil || !strings.Contains(string(out), "psync: "+c.want+"\n") {
				t.Fatalf("%s %v", out, err)
			}
		})
	}
}

// TestNoDescriptorLeft looks for the dead in a process that has used up its descriptors, those
// included that an earlier look may have left free.
func TestNoDescriptorLeft(t *testing.T) {
	for _, c := range []struct {
		name string
		die  func(victim *actor, m *Mutex)
	}{
		{"waited for", func(victim *actor, _ *Mutex) { victim.kill() }},
		{"not waited for", func(victim *actor, _ *Mutex) {
			must(t, victim.cmd.Process.Kill())
			must(t, unix.Waitid(unix.P_PID, victim.cmd.Process.Pid, nil, unix.WEXITED|unix.WNOWAIT, nil))
		}},
		{"its pid reused", func(_ *actor, m *Mutex) { m.owner.Add(1 << 32) }}, // by one that started a tick earlier
	} {
		t.Run(c.name, func(t *testing.T) {
			page, p := open3(t)
			victim, next := newActor(t, page), newActor(t, page)
			victim.want("ok", "lock")
			next.want("ok", "fill")
			next.want(ErrLocked.Error(), "trylock")
			next.want("ok", "fill")
			c.die(victim, p.m)
			next.want(died, "trylock")
		})
	}
}

// fill uses up the descriptors of this process.
func fill() error {
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: 64, Max: 64}); err != nil {
		return err
	}
	for {
		switch _, err := unix.Open("/dev/null", unix.O_RDONLY|unix.O_CLOEXEC, 0); err {
		case nil:
		case unix.EMFILE:
			return nil
		default:
			return err
		}
	}
}

// TestOpenAgain: who could not open a lock for want of a descriptor can, once it has one.
func TestOpenAgain(t *testing.T) {
	if out, err := exec.Command("/proc/self/exe", "starved").CombinedOutput(); err != nil {
		t.Fatalf("%s %v", out, err)
	}
}

func starved() error {
	mem, err := unix.Mmap(-1, 0, pageSize, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED|unix.MAP_ANONYMOUS)
	if err != nil {
		return err
	}
	free, err := unix.Dup(0) // the lowest number that is free
	if err != nil {
		return err
	}
	unix.Close(free)
	for _, c := range []struct {
		left int
		want error
	}{{0, unix.EMFILE}, {1, nil}} {
		if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: uint64(free + c.left), Max: 64}); err != nil {
			return err
		}
		if _, err := OpenMutex(mem); !errors.Is(err, c.want) {
			return fmt.Errorf("%d descriptors left: %v, want %v", c.left, err, c.want)
		}
	}
	return nil
}

// TestFirstThreadEnded: the state that the kernel shows for a process is that of its first thread.
// When that has ended, the others may run on.
func TestFirstThreadEnded(t *testing.T) {
	page, p := open3(t)
	cmd := exec.Command("/proc/self/exe", "headless")
	cmd.ExtraFiles = []*os.File{page}
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	must(t, err)
	must(t, cmd.Start())
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	stat := fmt.Sprintf("/proc/%d/stat", cmd.Process.Pid)
	for deadline := time.Now().Add(patience); ; {
		line, err := os.ReadFile(stat)
		must(t, err)
		if strings.Contains(string(line), ") Z ") {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("its first thread doesn't end: %s", line)
		}
	}
	wantErr(t, p.m.TryLock(), ErrLocked)
	must(t, in.Close())
	must(t, cmd.Wait())
	wantErr(t, p.m.TryLock(), ErrOwnerDied)
}

// headless locks the mutex and ends its first thread. The others run until the input ends.
func headless() error {
	p, err := childPage()
	if err != nil {
		return err
	}
	if err := p.m.Lock(); err != nil {
		return err
	}
	go func() {
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	_, _, errno := unix.Syscall(unix.SYS_EXIT, 0, 0, 0)
	return errno
}

// TestHiddenProc: where /proc hides the processes of other users, the living and the dead are told
// apart nevertheless.
func TestHiddenProc(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("other users' processes need root")
	}
	path, err := os.Executable()
	must(t, err)
	out, err := exec.Command("unshare", "--pid", "--mount", "--fork", "--kill-child", path, "hidden").CombinedOutput()
	if errors.Is(err, exec.ErrNotFound) || strings.Contains(string(out), "operation not permitted") {
		t.Skipf("a mount of /proc needs root and unshare (apt-get install util-linux): %s %v", out, err)
	}
	want := "hidden, " + ErrLocked.Error() + "\nhidden, " + died + "\n"
	if err != nil || string(out) != want {
		t.Fatalf("%s %v", out, err)
	}
}

func hidden() error {
	if err := unix.Mount("proc", "/proc", "proc", 0, "hidepid=2"); err != nil {
		return err
	}
	fd, err := unix.MemfdCreate("psync", unix.MFD_CLOEXEC)
	if err != nil {
		return err
	}
	page := os.NewFile(uintptr(fd), "page")
	if err := page.Truncate(pageSize); err != nil {
		return err
	}
	command := func(uid uint32, mode string) *exec.Cmd {
		cmd := exec.Command("/proc/self/exe", mode)
		cmd.ExtraFiles = []*os.File{page}
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: uid}}
		return cmd
	}
	const nobody = 65534
	owner := command(0, "lock-and-stay")
	owner.Stdout = nil
	in, err := owner.StdinPipe()
	if err != nil {
		return err
	}
	out, err := owner.StdoutPipe()
	if err == nil {
		err = owner.Start()
	}
	if err == nil {
		_, err = io.ReadFull(out, make([]byte, 1)) // it has the lock
	}
	if err == nil {
		err = command(nobody, "look").Run()
	}
	in.Close()
	if err == nil { // it has ended, and is not waited for
		err = unix.Waitid(unix.P_PID, owner.Process.Pid, nil, unix.WEXITED|unix.WNOWAIT, nil)
	}
	if err == nil {
		err = command(nobody, "look").Run()
	}
	return errors.Join(err, owner.Wait())
}

// lockAndStay holds the mutex until its input ends.
func lockAndStay() error {
	p, err := childPage()
	if err != nil {
		return err
	}
	if err := p.m.Lock(); err != nil {
		return err
	}
	fmt.Print(".")
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// look says whether it sees the mutex's owner in /proc, and what a try returns.
func look() error {
	p, err := childPage()
	if err != nil {
		return err
	}
	seen := "seen"
	if _, err := os.Stat(fmt.Sprintf("/proc/%d", p.m.owner.Load()&pidBits)); errors.Is(err, os.ErrNotExist) {
		seen = "hidden"
	}
	fmt.Printf("%s, %v\n", seen, p.m.TryLock())
	return nil
}

// TestWakeNobody: a wake-up in memory that is not mapped any more, as a context's end may make it,
// wakes nobody and is no fault.
func TestWakeNobody(t *testing.T) {
	mem, err := unix.Mmap(-1, 0, pageSize, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED|unix.MAP_ANONYMOUS)
	must(t, err)
	word := (*uint32)(unsafe.Pointer(&mem[0]))
	must(t, unix.Munmap(mem))
	if n := futexWake(word, everybody); n != 0 {
		t.Errorf("%d were woken", n)
	}
}
