package main

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"example.com/lockstep/examples/hello/lockstep"
)

// startInNamespaces starts a child as the first process in namespaces of its own for users, process
// numbers and the host name. When it ends, the kernel kills all others in there.
func startInNamespaces(child *lockstep.Process) error {
	child.Cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWPID | syscall.CLONE_NEWUTS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	err := child.Start()
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.EACCES) || errors.Is(err, syscall.ENOSPC) {
		return fmt.Errorf("this system does not permit user namespaces: %w", err)
	}
	return err
}
