package lockstep

import (
	"errors"
	"os"
)

// Unnamed returns a new, empty file for reading and writing that has no name, so it is gone when
// the last process that has it open ends, whoever is killed. The flag may be os.O_APPEND, else 0.
//
// On Linux it is a file in memory. On other Unix systems it is a temporary file that loses its name
// at once, and on Windows one that keeps it until the last process has closed it.
func Unnamed(flag int) (*os.File, error) {
	files, err := UnnamedOpens(1, flag)
	if err != nil {
		return nil, err
	}
	return files[0], nil
}

// UnnamedOpens opens one new file without a name n times. Each open has a position and flock locks
// of its own, as if each process had opened the file by its name.
func UnnamedOpens(n, flag int) ([]*os.File, error) {
	f, again, forget, err := create(flag)
	if err != nil {
		return nil, err
	}
	files := []*os.File{f}
	for len(files) < n && err == nil {
		if f, err = again(); err == nil {
			files = append(files, f)
		}
	}
	if err = errors.Join(err, forget()); err == nil {
		return files, nil
	}
	for _, f := range files {
		f.Close()
	}
	return nil, err
}
