// want: what the child has started works on
package main

import "os/exec"

func RunTree(cmd *exec.Cmd) error { return cmd.Run() }
