package main

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// runNamespace starts a child that sees a system of its own: it is process 1, has a host name of
// its own, and is root there and nowhere else. Containers are made of this.
func runNamespace(args []string) error {
	if err := parse(newFlags("namespace"), args); err != nil {
		return err
	}
	before, err := os.Hostname()
	if err != nil {
		return err
	}
	if err := inNamespace("namespace-child"); err != nil {
		return err
	}
	after, err := os.Hostname()
	say("outside, the host name is what it was: %t", before == after)
	return err
}

// inNamespace runs this program in new namespaces for users, pids and the host name. When its
// first process ends, the kernel kills all others in the pid namespace.
func inNamespace(role string, args ...string) error {
	cmd := self(role, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  unix.CLONE_NEWUSER | unix.CLONE_NEWPID | unix.CLONE_NEWUTS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	err := cmd.Run()
	if errors.Is(err, unix.EPERM) || errors.Is(err, unix.EACCES) || errors.Is(err, unix.ENOSPC) {
		return fmt.Errorf("this system does not permit user namespaces: %w", err)
	}
	if err != nil {
		return fmt.Errorf("child: %w", err)
	}
	return nil
}

func namespaceChild(args []string) error {
	if err := unix.Sethostname([]byte("lockstep")); err != nil {
		return fmt.Errorf("set the host name: %w", err)
	}
	name, err := os.Hostname()
	say("[inside] pid %d, user %d, host name %s", os.Getpid(), os.Getuid(), name)
	return err
}
