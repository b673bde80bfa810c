//go:build !linux

package main

import "os"

// tempFile returns an empty file, which is to be removed in the end. Other
// processes open it by its name, so it has to keep that: if this one is killed,
// the file stays in the folder for temporary files.
func tempFile() (f *os.File, name string, remove bool, err error) {
	f, err = os.CreateTemp("", "dataparallelism")
	if err != nil {
		return nil, "", false, err
	}
	return f, f.Name(), true, nil
}
