//go:build !unix

package script

import (
	"fmt"
	"os"
	"strings"
)

// signalByName knows the one signal that can be sent here.
func signalByName(name string) (os.Signal, error) {
	if strings.TrimPrefix(name, "SIG") == "KILL" {
		return os.Kill, nil
	}
	return nil, fmt.Errorf("signal %q cannot be sent on this system", name)
}
