package script

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// A launcher works if it says what the probe says, and succeeds. Whatever it says otherwise is
// the reason to skip.
func TestProbeMPIBelievesOnlyAReduction(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs a shell")
	}
	for name, tc := range map[string]struct{ script, want string }{
		"reduced":        {"echo 2 ranks reduced", ""},
		"two singletons": {"echo 1 ranks reduced; echo 1 ranks reduced", "cannot run two ranks (<nil>): 1 ranks reduced"},
		"failed after":   {"echo 2 ranks reduced; exit 3", "cannot run two ranks (exit status 3): 2 ranks reduced"},
		"no slots":       {"echo There are not enough slots >&2; exit 1", "(exit status 1): There are not enough slots (apt-get install"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "mpirun")
			if err := os.WriteFile(path, []byte("#!/bin/sh\n"+tc.script+"\n"), 0o777); err != nil {
				t.Fatal(err)
			}
			err := probeMPI(MPILauncher{Name: "fake", Path: path})
			switch {
			case tc.want == "" && err != nil:
				t.Error(err)
			case tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)):
				t.Errorf("got %v, want an error with %q", err, tc.want)
			}
		})
	}
}

// Without a launcher the reason says how to get one.
func TestProbeMPINamesWhatToInstall(t *testing.T) {
	err := probeMPI(MPILauncher{})
	if err == nil || !strings.Contains(err.Error(), "no MPI launcher found (mpirun): apt-get install openmpi-bin") {
		t.Errorf("got %v", err)
	}
}
