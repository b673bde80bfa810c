package main

import "fmt"

// memory is a variable that the parent changes before it starts the child.
var memory = "as compiled"

// runFresh starts this program again in another role. The child begins at main, with variables
// as the compiler left them; all it knows of its parent are its arguments, its environment and
// its open files. (A fork would have copied the memory; see fork_linux.go for what else it does.)
func runFresh(args []string) error {
	if err := parse(newFlags("fresh"), args); err != nil {
		return err
	}
	memory = "changed by the parent"
	say("memory is %q", memory)
	if err := self("fresh-child", memory).Run(); err != nil {
		return fmt.Errorf("child: %w", err)
	}
	return nil
}

func freshChild(args []string) error {
	say("[child] memory is %q", memory)
	say("[child] the argument is %q", args[0])
	return nil
}
