//go:build !linux

package pool

import "os"

// There is no path to the file this process was started from but its name.
func samePath() (string, bool) { return "", false }
func nameProcess()             {}

// anonymousFile returns a file that has lost its name at once: it is gone with its last user.
//
//lint:ignore U1000 Windows has no recorder
func anonymousFile(name string) (*os.File, error) {
	f, err := os.CreateTemp("", name+"-*")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}
