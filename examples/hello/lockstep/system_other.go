//go:build !linux && !windows

package lockstep

import "os"

// create returns a new temporary file, which forget removes from its folder.
func create(flag int) (f *os.File, again func() (*os.File, error), forget func() error, err error) {
	empty, err := os.CreateTemp("", "lockstep")
	if err != nil {
		return nil, nil, nil, err
	}
	name := empty.Name()
	empty.Close()
	again = func() (*os.File, error) { return os.OpenFile(name, os.O_RDWR|flag, 0) }
	f, err = again()
	if err != nil {
		os.Remove(name)
		return nil, nil, nil, err
	}
	return f, again, func() error { return os.Remove(name) }, nil
}

func executable() (string, error) { return os.Executable() }
