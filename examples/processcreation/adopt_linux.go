package main

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// runAdopt makes this program a subreaper: orphans below it become its children, so that it can
// wait for them, as process 1 would have done. Supervisors and container engines do this.
func runAdopt(args []string) error {
	if err := parse(newFlags("adopt"), args); err != nil {
		return err
	}
	if err := becomeSubreaper(); err != nil {
		return err
	}
	f, err := newFamily(self("family-child"))
	if err != nil {
		return err
	}
	return errors.Join(adoptOrphan(f), f.end())
}

func becomeSubreaper() error {
	return os.NewSyscallError("prctl", unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0))
}

func adoptOrphan(f *family) error {
	end, err := f.killChild()
	if err != nil {
		return err
	}
	say("the child: %s", end)
	pid, parent, err := f.question(silently)
	if err != nil {
		return err
	}
	say("the grandchild's parent is this program: %t", parent == os.Getpid())
	f.ask.Close()
	state, err := waitAdopted(pid)
	if err != nil {
		return err
	}
	say("the grandchild: %v", state)
	return nil
}

// waitAdopted waits for a process that has become a child of this one.
func waitAdopted(pid int) (*os.ProcessState, error) {
	p, err := os.FindProcess(pid)
	if err != nil {
		return nil, err
	}
	state, err := p.Wait()
	if err != nil {
		return nil, fmt.Errorf("process %d: %w", pid, err)
	}
	return state, nil
}
