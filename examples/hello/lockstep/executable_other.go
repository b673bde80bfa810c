//go:build !linux

package lockstep

import "os"

func executable() (string, error) { return os.Executable() }
