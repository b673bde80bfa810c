package script

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
)

// conditions are what a script may ask of the machine. Each returns nil if the machine has it, or
// an error that says what is missing and how to get it.
var conditions = map[string]func() error{
	"race": sync.OnceValue(probeRace),
}

func condition(name string) (bool, error) {
	probe, ok := conditions[name]
	if !ok {
		return false, errors.New("unknown condition")
	}
	return probe() == nil, nil
}

func probeRace() error {
	out, err := exec.Command("go", "list", "-race", "runtime/race").CombinedOutput()
	if err != nil {
		return fmt.Errorf("the race detector needs cgo and a C compiler (apt-get install gcc): %s",
			strings.TrimSpace(string(out)))
	}
	return nil
}

// goEnv returns the variables without which the go command finds neither its cache nor its
// modules in a script, where there is no home directory.
var goEnv = sync.OnceValue(func() map[string]string {
	names := []string{"GOCACHE", "GOMODCACHE", "GOPATH"}
	out, err := exec.Command("go", append([]string{"env"}, names...)...).Output()
	if err != nil {
		return nil // no go command here: a script that needs it fails and says so
	}
	env := map[string]string{}
	for i, v := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		if i < len(names) {
			env[names[i]] = strings.TrimSuffix(v, "\r")
		}
	}
	// cgo's choice follows what the machine has, unless the user made it.
	if v, ok := os.LookupEnv("CGO_ENABLED"); ok {
		env["CGO_ENABLED"] = v
	}
	return env
})
