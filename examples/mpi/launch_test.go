package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

var launchFiles = filepath.Join("..", "..", "testdata", "mpi")

// The shell can read the batch file that the page shows.
func TestBatchFile(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash to read it: apt-get install bash")
	}
	out, err := exec.Command(bash, "-n", filepath.Join(launchFiles, "job.slurm")).CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// Kubernetes' own tool can read the manifest that the page shows, without a cluster.
func TestManifest(t *testing.T) {
	kubectl, err := exec.LookPath("kubectl")
	if err != nil {
		t.Skip("no kubectl to read it: apt-get install kubernetes-client")
	}
	text, err := os.ReadFile(filepath.Join(launchFiles, "mpijob.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, data := range map[string][]byte{
		"kustomization.yaml": []byte("resources: [mpijob.yaml]\n"),
		"mpijob.yaml":        text,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.Command(kubectl, "kustomize", dir).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "kind: MPIJob") {
		t.Errorf("%v\n%s", err, out)
	}
}
