//go:build unix

package main

import (
	"strings"
	"testing"
)

// TestStepOfADeadChild kills a child before its step: step and end both say whose it was.
func TestStepOfADeadChild(t *testing.T) {
	s, err := startStepper("torn-child", "Square", "100")
	if err != nil {
		t.Fatal(err)
	}
	stepErr := s.cmd.Process.Kill()
	if stepErr == nil {
		stepErr = s.step()
	}
	if stepErr == nil || !strings.HasPrefix(stepErr.Error(), "Square did not do its step: ") {
		t.Errorf("step: %v", stepErr)
	}
	if err := s.end(); err == nil || err.Error() != "Square: signal: killed" {
		t.Errorf("end: %v", err)
	}
}
