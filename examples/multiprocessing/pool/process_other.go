//go:build !unix && !windows

package pool

import (
	"os"
	"os/exec"
)

// Here New fails with what os/exec says of this system.
func passFiles(cmd *exec.Cmd, files []*os.File) []uintptr { return make([]uintptr, len(files)) }
func inherited(fd uintptr) *os.File                       { return os.NewFile(fd, "pool") }
func terminate(p *os.Process)                             { p.Kill() }
func kill(p *os.Process)                                  { p.Kill() }
func dieWithGroup()                                       { os.Exit(1) }
