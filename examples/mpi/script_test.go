package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/internal/script"
	"example.com/lockstep/examples/mpi/mpi"
)

// TestMain makes the test binary, which launchers start, one of the programs that only tests need: what
// tells whether a launcher works, and what is measured.
func TestMain(m *testing.M) {
	only := lockstep.New("mpi")
	only.Variant("probe", "two ranks add up 1 and 2", on(2, probe))
	only.Variant("bench", "measures what it is told to", on(2, measured))
	if len(os.Args) > 1 && strings.Contains(only.String(), "\n  "+os.Args[1]+" ") {
		only.Main()
	}
	script.Main(m, "mpi", main)
}

func TestScripts(t *testing.T) { script.RunMPI(t, "mpi") }

func probe(world *mpi.Comm) {
	sum := []int{0}
	lockstep.Check(mpi.Allreduce(world, []int{world.Rank() + 1}, sum, mpi.Sum))
	if sum[0] != 3 {
		lockstep.Check(fmt.Errorf("the ranks' sum is %d, not 3", sum[0]))
	}
	if world.Rank() == 0 {
		lockstep.Say("2 ranks reduced")
	}
}

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

// To the shell the directives are comments. Sbatch reads them up to the first command, and needs a
// cluster to say what is wrong with one.
func TestBatchDirectives(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(launchFiles, "job.slurm"))
	if err != nil {
		t.Fatal(err)
	}
	forms := map[string]*regexp.Regexp{ // those of sbatch(1) that the file needs
		"job-name":        regexp.MustCompile(`^\w+$`),
		"nodes":           regexp.MustCompile(`^[1-9]\d*$`),
		"ntasks-per-node": regexp.MustCompile(`^[1-9]\d*$`),
		"cpus-per-task":   regexp.MustCompile(`^[1-9]\d*$`),
		"time":            regexp.MustCompile(`^\d\d:[0-5]\d:[0-5]\d$`),
	}
	commands := false
	for i, line := range strings.Split(string(text), "\n") {
		directive, ok := strings.CutPrefix(line, "#SBATCH ")
		if !ok {
			commands = commands || line != "" && line[0] != '#'
			continue
		}
		name, value, _ := strings.Cut(strings.TrimPrefix(directive, "--"), "=")
		if form := forms[name]; commands || form == nil || !form.MatchString(value) {
			t.Errorf("job.slurm:%d: %s", i+1, line)
		}
		delete(forms, name)
	}
	for name := range forms {
		t.Errorf("job.slurm has no --%s", name)
	}
}

// The program takes the arguments that both files give it.
func TestLaunchedCommands(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"job.slurm", "mpijob.yaml"} {
		text, err := os.ReadFile(filepath.Join(launchFiles, name))
		if err != nil {
			t.Fatal(err)
		}
		plain := strings.NewReplacer(",", "", `"`, "", "]", "").Replace(string(text))
		_, line, _ := strings.Cut(plain, " mpi heat")
		line, _, _ = strings.Cut(line, "\n")
		if strings.Count(line, "-rows") != 1 {
			t.Errorf("%s has no command mpi heat -rows: %q", name, line)
		}
		args := append([]string{"heat"}, strings.Fields(line)...)
		out, err := exec.Command(self, append(args, "-steps", "0", "-serial")...).CombinedOutput()
		if err != nil {
			t.Errorf("%s: mpi %v: %v\n%.300s", name, args, err, out)
		}
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

// Without a launcher, each variant is a rank alone, and as crash-only as any program: under MPICH's
// library. Open MPI's makes a folder in TMPDIR, which stays when the process is killed.
func TestAlone(t *testing.T) {
	const ownEnd, long = "MPICH's library ends the process, in its own words", "it computes for minutes"
	sweep := func(t *testing.T) {
		script.Sweep(t, script.SweepExcept("*/no proc", ownEnd), script.SweepExcept("*/few descriptors, 10", ownEnd),
			script.SweepExcept("pi/flag -samples 1000000000", long), script.SweepExcept("sort/flag -n 10000000", long),
			script.SweepExcept("hybrid/flag -below 100000000", long))
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, library := range []string{"libmpi.so.12", "libmpich.so.12"} {
		t.Setenv(mpi.EnvLibrary, library)
		if exec.Command(self, "hello").Run() == nil {
			t.Run("NothingIsLeft", func(t *testing.T) { script.NothingIsLeft(t, nil) })
			t.Run("Sweep", sweep)
			return
		}
	}
	t.Skip("MPICH's library is missing: apt-get install mpich")
}
