package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// TestPidReuseRefuses starts the role by hand, outside a namespace of its own, where root would set
// the process numbers of the whole system.
func TestPidReuseRefuses(t *testing.T) {
	cmd, err := self("pidreuse-init", "init", "false")
	if err != nil {
		t.Fatal(err)
	}
	cmd.Env = append(os.Environ(), "LOCKSTEP_CHILD=2") // as lockstep tells a child: answers go to descriptor 2
	var answers bytes.Buffer
	cmd.Stderr = &answers
	in, err := cmd.StdinPipe() // its lifeline
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	if err := cmd.Run(); err == nil || !strings.Contains(answers.String(), "not process 1") {
		t.Errorf("outside a namespace: %v, %q: want a refusal since it is not process 1", err, answers.String())
	}
}
