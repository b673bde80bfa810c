//go:build unix

package main

import "errors"

// runKillOne kills a child that has a child of its own. Process.Kill, and so the context of
// exec.CommandContext, reaches one process.
func runKillOne(args []string) error {
	if err := parse(newFlags("killone"), args); err != nil {
		return err
	}
	f, err := newFamily(self("family-child"))
	if err != nil {
		return err
	}
	end, err := f.killChild() // NOTE: incorrect: a shell would die like this, and its pipeline live
	if err == nil {
		say("the child: %s", end)
		_, _, err = f.question(aloud)
	}
	if err == nil {
		say("the grandchild answers")
	}
	return errors.Join(err, f.end())
}
