package main

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"example.com/lockstep/examples/hello/lockstep"
)

// runNamespace starts a child that sees a system of its own: it is process 1, has a host name of
// its own, and is root there and nowhere else. Containers are made of this.
func runNamespace(f *lockstep.Flags) {
	f.Parse()
	before, err := os.Hostname()
	lockstep.Check(err)
	child := lockstep.Command("inside", "namespace-child")
	lockstep.Check(startInNamespaces(child))
	line, err := child.Answer()
	lockstep.Check(err)
	lockstep.Say("[inside] %s", line)
	lockstep.Check(child.Wait())
	after, err := os.Hostname()
	lockstep.Check(err)
	lockstep.Say("outside, the host name is what it was: %t", before == after)
}

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

func namespaceChild(lockstep.Args) {
	lockstep.Check(syscall.Sethostname([]byte("lockstep")))
	name, err := os.Hostname()
	lockstep.Check(err)
	lockstep.Done("pid %d, user %d, host name %s", os.Getpid(), os.Getuid(), name)
}
