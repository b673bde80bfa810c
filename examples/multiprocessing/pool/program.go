package pool

import (
	"errors"
	"fmt"
	"os"
)

// ErrReplaced is what a StartError wraps if the program's file is not the one it was when the program
// began: a new worker would run other code. On Linux it does not come to that, as long as there is a
// /proc: a worker is started from the same file, even if it has been replaced or removed.
var ErrReplaced = errors.New("the program's file has been replaced since this process began")

// programVersion tells one file of the program from another, by its size and the time of its last change.
// It is looked up as the process begins, when the file is most likely still the one it was started from.
var programVersion = fileVersion()

func fileVersion() string {
	path, err := os.Executable()
	if err != nil {
		return err.Error()
	}
	info, err := os.Stat(path)
	if err != nil {
		return err.Error()
	}
	return fmt.Sprint(info.Size(), info.ModTime().UnixNano())
}

// setProgram makes workers run this program.
func (c *config) setProgram() error {
	path, err := os.Executable()
	if err != nil {
		return err
	}
	c.path, c.name, c.sameVersion = path, path, true
	if same, ok := samePath(); ok && !c.byName {
		c.path, c.sameVersion = same, false
	}
	return nil
}
