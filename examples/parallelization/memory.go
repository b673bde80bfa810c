package main

import "os"

// A memory is bytes that several processes have mapped. The file is what they pass on; the page
// on shared memory tells more.
type memory struct {
	file  *os.File
	bytes []byte
}
