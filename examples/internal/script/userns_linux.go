package script

import (
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"
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
