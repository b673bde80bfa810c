//go:build !linux

package script

import (
	"fmt"
	"runtime"
)

func init() {
	conditions["userns"] = func() error { return fmt.Errorf("needs linux, and this is %s", runtime.GOOS) }
}
