package script

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// systemConditions are those that need more than every system has.
var systemConditions = slices.Concat(unixConditions, []*sweepCondition{
	{name: "TMPDIR read-only", within: tmpdirReadOnly, fault: exits(0, 1)},
	{name: "signals blocked", within: blockSignals, fault: endsAsUsual},
	{name: "not root", within: becomeUser, fault: endsAsUsual},
	{name: "few processes", within: fewProcesses, fault: exits(0, 1), excuse: noThread},
	{name: "no proc", within: noProc, fault: exits(0, 1)},
	{name: "memfd_create refused, EPERM", within: refusing(unix.EPERM, unix.SYS_MEMFD_CREATE), fault: exits(0, 1)},
	{name: "memfd_create refused, ENOSYS", within: refusing(unix.ENOSYS, unix.SYS_MEMFD_CREATE), fault: exits(0, 1)},
	{name: "pidfd_open refused, EPERM", within: refusing(unix.EPERM, unix.SYS_PIDFD_OPEN), fault: exits(0, 1)},
	{name: "pidfd_open refused, ENOSYS", within: refusing(unix.ENOSYS, unix.SYS_PIDFD_OPEN), fault: exits(0, 1)},
	{name: "child killed", before: needChildren, event: killChild, fault: reportsDeath},
})

// noThread matches the last words of the Go runtime, in the program or its child, when it may not
// have another thread. It asks nobody.
var noThread = regexp.MustCompile(`failed to create new OS thread|pthread_create failed`)

func tmpdirReadOnly() error {
	if err := needMounts(); err != nil {
		return err
	}
	dir := os.TempDir()
	if err := os.NewSyscallError("mount", unix.Mount(dir, dir, "", unix.MS_BIND, "")); err != nil {
		return err
	}
	// The options of the file system below it may be locked: they have to stay.
	var fs unix.Statfs_t
	if err := unix.Statfs(dir, &fs); err != nil {
		return os.NewSyscallError("statfs", err)
	}
	keep := uintptr(fs.Flags) & (unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC | unix.MS_NOATIME | unix.MS_NODIRATIME)
	return os.NewSyscallError("mount read-only", unix.Mount("", dir, "", unix.MS_BIND|unix.MS_REMOUNT|unix.MS_RDONLY|keep, ""))
}

func blockSignals() error {
	var set unix.Sigset_t
	bits := 8 * int(unsafe.Sizeof(set.Val[0]))
	for _, s := range commonSignals {
		set.Val[(int(s)-1)/bits] |= 1 << ((int(s) - 1) % bits)
	}
	return os.NewSyscallError("sigprocmask", unix.PthreadSigmask(unix.SIG_BLOCK, &set, nil))
}

// becomeUser gives up root, for a user that nobody else is. The test binary may be in a folder that
// only root can enter, so it gets a second place.
func becomeUser() error {
	if os.Geteuid() != 0 {
		return errors.New("needs root, to give it up")
	}
	if err := needMounts(); err != nil {
		return err
	}
	place := filepath.Join(filepath.Dir(os.TempDir()), filepath.Base(executable))
	err := os.WriteFile(place, nil, 0o755)
	if err == nil {
		err = os.NewSyscallError("mount", unix.Mount(executable, place, "", unix.MS_BIND, ""))
	}
	executable = place
	id := 1<<20 + os.Getpid()
	if err == nil {
		err = syscall.Setgroups(nil)
	}
	if err == nil {
		err = syscall.Setresgid(id, id, id)
	}
	if err == nil {
		err = syscall.Setresuid(id, id, id)
	}
	return err
}

// fewProcesses allows ten threads. The kernel counts those of a user in a user namespace; root has
// no limit.
func fewProcesses() error {
	if os.Geteuid() == 0 {
		if err := becomeUser(); err != nil {
			return err
		}
	} else if err := needMounts(); err != nil {
		return err
	}
	return os.NewSyscallError("setrlimit", unix.Setrlimit(unix.RLIMIT_NPROC, &unix.Rlimit{Cur: 10, Max: 10}))
}

func noProc() error {
	if err := needMounts(); err != nil {
		return err
	}
	return os.NewSyscallError("mount", unix.Mount("none", "/proc", "tmpfs", 0, ""))
}

// refusing makes system calls fail, as a sandbox does.
func refusing(errno unix.Errno, calls ...uint32) func() error {
	return func() error {
		filter := []unix.SockFilter{{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: 0}} // the call's number
		for _, nr := range calls {
			filter = append(filter,
				unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jf: 1, K: nr},
				unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ERRNO | uint32(errno)})
		}
		filter = append(filter, unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW})
		program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
		if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
			return os.NewSyscallError("prctl", err)
		}
		err := unix.Prctl(unix.PR_SET_SECCOMP, unix.SECCOMP_MODE_FILTER, uintptr(unsafe.Pointer(&program)), 0, 0)
		return os.NewSyscallError("seccomp", err)
	}
}

// killChild kills one of the program's children, if it has any before its next line. It stops it
// first: a stopped process has not begun to end, so it certainly ends by being killed.
func killChild(r *run) {
	var children []int
	for {
		next := readable(r.lines)
		children = r.children()
		if len(children) > 0 {
			break
		}
		if next || r.isOver() {
			return
		}
		time.Sleep(time.Millisecond / 5) // a child may live for some milliseconds only
	}
	r.found = len(children)
	pid := children[r.child%len(children)]
	syscall.Kill(pid, syscall.SIGSTOP)
	r.killed = r.stopped(pid)
	syscall.Kill(pid, syscall.SIGKILL)
	r.note = fmt.Sprintf(", killed child %d of %d, which was still at work: %v", r.child%len(children)+1, len(children), r.killed)
}

// children returns the children of the program, and theirs, that are alive. One that has the program's command line
// is none yet: the Go runtime forks once to try the kernel, and any child is a copy before it is what
// it was started for.
func (r *run) children() []int {
	cmdline := func(pid int) string {
		text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
		return string(text)
	}
	own := cmdline(r.cmd.Process.Pid)
	return slices.DeleteFunc(descendants(r.cmd.Process.Pid), func(pid int) bool {
		line := cmdline(pid)
		return line == own || line == "" // an empty one has ended
	})
}

func descendants(pid int) (all []int) {
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, file := range threads {
		text, _ := os.ReadFile(file)
		for _, word := range strings.Fields(string(text)) {
			if child, err := strconv.Atoi(word); err == nil {
				all = append(append(all, child), descendants(child)...)
			}
		}
	}
	return all
}

// needChildren says whether the kernel lists the children of a process.
func needChildren(*run) error {
	if list, _ := filepath.Glob("/proc/self/task/*/children"); len(list) == 0 {
		return errors.New("needs a kernel with CONFIG_PROC_CHILDREN")
	}
	return nil
}

// readable tells whether a pipe has something to read, or has come to its end.
func readable(f *os.File) (ready bool) {
	if conn, err := f.SyscallConn(); err == nil {
		conn.Control(func(fd uintptr) {
			n, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, 0)
			ready = n > 0 && err == nil
		})
	}
	return ready
}

// stopped waits until all threads of a process are stopped, or it has ended, or the program has. A thread
// that waits for a slow disk stops when it has its data.
func (r *run) stopped(pid int) bool {
	for end := time.Now().Add(patience / 4); !r.isOver() && time.Now().Before(end); {
		threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", pid))
		states := ""
		for _, file := range threads {
			state, _ := stat(file)
			states += state
		}
		switch rest := strings.Trim(states, "T"); {
		case states != "" && rest == "":
			return true
		case strings.Trim(rest, "ZX") == "":
			return false
		}
		time.Sleep(time.Millisecond)
	}
	return false
}

// stat returns the state of a process or a thread, and the fields behind it, from its stat file.
func stat(file string) (state string, fields []string) {
	text, _ := os.ReadFile(file)
	i := bytes.LastIndexByte(text, ')') // its name may contain anything
	fields = strings.Fields(string(text[i+1:]))
	if len(fields) < 4 {
		return "", nil // it is gone
	}
	return fields[0], fields[1:]
}

// inSession returns the processes in a session, also those that have ended and that no parent has
// waited for. Process 1 is not always somebody who waits, and that is no fault of the program.
func inSession(session int) (pids []int) {
	files, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, file := range files {
		state, fields := stat(file)
		if state == "" || fields[2] != strconv.Itoa(session) || state == "Z" && fields[0] == "1" {
			continue
		}
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file))); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}

// isolate lets the process have mounts of its own, if the machine allows it. A user who is not root
// needs a user namespace for that as well.
func isolate(attr *syscall.SysProcAttr) bool {
	if needMounts() != nil {
		return false
	}
	ownMounts(attr)
	return true
}

func ownMounts(attr *syscall.SysProcAttr) {
	attr.Cloneflags = syscall.CLONE_NEWNS
	if uid, gid := os.Geteuid(), os.Getegid(); uid != 0 {
		attr.Cloneflags |= syscall.CLONE_NEWUSER
		attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: uid, HostID: uid, Size: 1}}
		attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: gid, HostID: gid, Size: 1}}
		attr.AmbientCaps = []uintptr{unix.CAP_SYS_ADMIN}
	}
}

// needMounts says why a process cannot have mounts of its own, or nil. In a process that is about to
// become the program it says what its parent has found.
var needMounts = sync.OnceValue(func() error {
	if err := tryMounts(); err != nil {
		return fmt.Errorf("needs namespaces for mounts (as root, or sysctl kernel.unprivileged_userns_clone=1 "+
			"kernel.apparmor_restrict_unprivileged_userns=0): %w", err)
	}
	return nil
})

func tryMounts() error {
	if _, enclosed := os.LookupEnv(becomesShm); enclosed {
		return nil
	}
	if _, entering := os.LookupEnv(becomes); entering {
		return errors.New("it has none")
	}
	cmd := underTest("-h")
	cmd.Env = append(cmd.Env, becomes+"=", becomesShm+"="+os.TempDir())
	cmd.SysProcAttr = new(syscall.SysProcAttr)
	ownMounts(cmd.SysProcAttr)
	return cmd.Run()
}

// enclose puts a folder in the place of /dev/shm, for this process and its children.
func enclose(shm string) error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return os.NewSyscallError("mount private", err)
	}
	if _, err := os.Stat("/dev/shm"); err != nil {
		return nil
	}
	return os.NewSyscallError("mount", unix.Mount(shm, "/dev/shm", "", unix.MS_BIND, ""))
}

// lower gives up the capability that isolate gave, so that the program has no more than its user.
func lower() error {
	return os.NewSyscallError("prctl", unix.Prctl(unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0))
}

// linePipe returns a pipe that holds one write. Its writer waits at the next until the reader has read
// it, so a program is still at the line that was read last, or at the one behind it.
func linePipe() (r, w *os.File, err error) {
	var fds [2]int
	if err := unix.Pipe2(fds[:], unix.O_DIRECT|unix.O_CLOEXEC); err != nil {
		return nil, nil, os.NewSyscallError("pipe2", err)
	}
	if err := unix.SetNonblock(fds[0], true); err != nil { // so that its reads can have an end
		return nil, nil, os.NewSyscallError("fcntl", err)
	}
	r, w = os.NewFile(uintptr(fds[0]), "lines"), os.NewFile(uintptr(fds[1]), "lines")
	_, err = unix.FcntlInt(w.Fd(), unix.F_SETPIPE_SZ, os.Getpagesize())
	return r, w, os.NewSyscallError("fcntl", err)
}
