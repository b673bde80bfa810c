//go:build unix && !linux

package pool

import "os"

// anonymousFile returns a file that has lost its name at once: it is gone with its last user.
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
