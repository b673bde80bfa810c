//go:build !linux

package script

import (
	"fmt"
	"os"
	"runtime"
	"syscall"
)

//lint:file-ignore U1000 what only Linux's conditions use is here for the others to build

var systemConditions = unixConditions

func isolate(*syscall.SysProcAttr) bool { return false }

func enclose(string) error { return nil }

func lower() error { return nil }

func inSession(int) []int { return nil }

func linePipe() (r, w *os.File, err error) { return os.Pipe() }

func init() {
	conditions["userns"] = func() error { return fmt.Errorf("needs linux, and this is %s", runtime.GOOS) }
}
