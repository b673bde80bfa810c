package script

import (
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

func init() { conditions["userns"] = sync.OnceValue(probeUserns) }

// probeUserns starts a process in namespaces of its own, as a script would.
func probeUserns() error {
	const hint = "needs namespaces for users and processes (as root, or sysctl kernel.unprivileged_userns_clone=1 " +
		"kernel.apparmor_restrict_unprivileged_userns=0)"
	if _, err := os.Stat("/proc/sys/kernel/ns_last_pid"); err != nil {
		return fmt.Errorf("%s: %w", hint, err)
	}
	cmd := exec.Command("true")
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWPID | syscall.CLONE_NEWUTS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", hint, err)
	}
	return nil
}

// Terminal returns the two ends of a new pseudo-terminal: what a terminal window reads from and
// shows, and what the programs in it write to. It skips the test where there are none.
func Terminal(t *testing.T) (screen, tty *os.File) {
	t.Helper()
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		t.Skip("needs pseudo-terminals: ", os.NewSyscallError("open /dev/ptmx", err))
	}
	screen = os.NewFile(uintptr(fd), "/dev/ptmx")
	t.Cleanup(func() { screen.Close() })
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	tty, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tty.Close() })
	return screen, tty
}
