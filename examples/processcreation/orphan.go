//go:build unix

package main

import (
	"errors"
	"fmt"
)

// runOrphan kills a parent and asks its child, which nobody told, who its parent is now.
func runOrphan(args []string) error {
	if err := parse(newFlags("orphan"), args); err != nil {
		return err
	}
	f, err := newFamily(self("family-child"))
	if err != nil {
		return err
	}
	return errors.Join(watchOrphan(f), f.end())
}

func watchOrphan(f *family) error {
	_, before, err := f.question(silently)
	if err != nil {
		return err
	}
	if before != f.child.Process.Pid {
		return fmt.Errorf("the grandchild's parent is process %d, not the child", before)
	}
	say("the grandchild's parent is process %d, the child", before)
	end, err := f.killChild()
	if err != nil {
		return err
	}
	say("the child: %s", end)
	// NOTE: incorrect: nothing tied the grandchild to the child. It works on, for nobody.
	_, after, err := f.question(aloud)
	if err != nil {
		return err
	}
	if after == before {
		return errors.New("the grandchild's parent is still the child")
	}
	say("the grandchild's parent is process %d now", after)
	return nil
}
