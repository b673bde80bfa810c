// Package script runs the scripts of a concept: testdata/<concept>/*.txtar, in the language of
// [testscript], with the commands and checks that programs made of several processes need.
//
// An example's test file is these lines:
//
//	func TestMain(m *testing.M)          { program().Play(); script.Main(m, "bank", main) }
//	func TestScripts(t *testing.T)       { script.Run(t, "bank") }
//	func TestNothingIsLeft(t *testing.T) { script.NothingIsLeft(t, nil) }
//
// Play makes the program's roles known to tests that start a child by package lockstep.
//
// # Contracts
//
// A script declares how an output is compared. A recorded section keeps what a real run printed.
//
//	cmp stdout want        every byte is equal
//	lanes stdout want      a line's lane is its prefix "[name] "; within a lane the order is
//	                       exact, between lanes it is free; lines without prefix are one lane
//	unordered stdout want  the same lines, in any order
//	stdout 'regexp'        some line matches
//	before 'A' 'B'         in stdout, every line that matches A precedes all that match B
//	volatile 'regexp'      what the groups of this pattern match varies from run to run:
//	                       later lanes and unordered ignore it
//
// Words behind a pattern say what it promises, for the page: stdout '^both' # both have ended.
//
// With the flag -update, or LOCKSTEP_UPDATE=1 in the environment, a section whose comparison
// fails is rewritten with what was printed.
//
// # Exit codes
//
// exec demands success and ! exec failure; `exits 2 program args…` demands that exit code.
//
// # Experiments
//
//	patch SECTION   builds the program with the unified diff in this section applied to its
//	                sources; later commands of the script run that program
//
// # Programs in the background
//
//	start NAME program args…        starts a program
//	waitline NAME 'regexp'          waits until it has printed a line that matches
//	send NAME 'text'                writes a line to its standard input
//	signal SIGNAL NAME ['regexp']   signals it; with a pattern, the process whose pid is the
//	                                pattern's group in the last matching line it printed
//	[!] finish NAME                 closes its input and waits for its end; stdout and stderr
//	                                are then its output; with ! it must fail
//
// # Conditions and requirements
//
// The command `need COND` skips the script, saying why and how to get what is missing, unless the
// condition holds. Beside testscript's own conditions there are [race] (this machine builds
// programs with the race detector) and [userns] (it lets this user have namespaces). An unknown one
// is an error.
//
// # MPI
//
// RunMPI runs the scripts once under each MPI launcher of the machine. In a script, mpirun is the
// launcher of this run, whatever its name, with a time limit: `exec mpirun -n 4 program args…`. The
// condition [mpi] holds if two ranks have really reduced under it; [openmpi] and [mpich] tell which
// it is. [netns] holds where network namespaces can stand in for several hosts.
//
// # Environment
//
// $ROOT is the module's root. What the go command needs is set, so that a script can use it.
//
// # Checked in every script
//
// It begins with a claim (a line "# …"), asserts something, has no section that no command names,
// and no volatile pattern without an effect. When it ends, no process it started is alive (they are
// found by a marker in their environment; Linux only) and its temporary directory is empty.
package script

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"example.com/lockstep/examples/hello/contract"
	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite the sections of scripts whose comparison fails")

// limit is how long one run over a concept's scripts may take before those that have not ended
// fail. It is no measure of anything: it is there so that a program that hangs is named.
const limit = 4 * time.Minute

// Main runs a test binary. The scripts see it as the command name too, which runs program; so the
// program under test is built with whatever flags the tests were built with. A first argument
// that is no flag makes it the program as well, for a test or a benchmark that starts the program
// under test again by os.Executable: go test passes flags only.
//
// Benchmarks are headed by what a recorded result has to say about its origin.
func Main(m *testing.M, name string, program func()) {
	if len(os.Args) > 1 && !strings.HasPrefix(os.Args[1], "-") || os.Getenv(asProgram) != "" {
		program()
		os.Exit(0)
	}
	for _, arg := range os.Args[1:] {
		if v, ok := strings.CutPrefix(arg, "-test.bench="); ok && v != "" {
			fmt.Printf("date: %s\ngo: %s\ncpus: %d\n", time.Now().UTC().Format(time.DateOnly), runtime.Version(), runtime.NumCPU())
			break
		}
	}
	testscript.Main(m, map[string]func(){name: program})
}

// asProgram names the variable that makes a test binary the program under test, whatever its
// arguments are.
const asProgram = "LOCKSTEP_PROGRAM"

// Run runs the scripts of the named concept, each as a parallel subtest.
func Run(t *testing.T, concept string) {
	RunDir(t, filepath.Join("..", "..", "testdata", concept))
}

// RunDir runs the scripts in dir.
func RunDir(t *testing.T, dir string) {
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(limit)
	if d, ok := t.Deadline(); ok && d.Before(deadline) {
		deadline = d
	}
	updating := *update || os.Getenv("LOCKSTEP_UPDATE") != ""
	testscript.RunT(shim{T: t}, testscript.Params{
		Dir:                 dir,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       updating,
		Deadline:            deadline,
		Condition:           condition,
		Setup: func(env *testscript.Env) error {
			file := filepath.Join(dir, env.T().(shim).script+".txtar")
			s, err := parseFile(file)
			if err == nil {
				err = s.check(updating)
			}
			if err != nil {
				env.T().Fatal(err)
			}
			st := newState(s, env, updating, deadline)
			env.Values[stateKey{}] = st
			env.Defer(st.end)
			env.Setenv(marker, env.T().(shim).mark)
			env.Setenv("ROOT", root)
			inherit(env)
			return setupMPI(env)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"lanes":     compare(contract.Lanes),
			"unordered": compare(contract.Unordered),
			"before":    cmdBefore,
			"volatile":  cmdVolatile,
			"exits":     cmdExits,
			"need":      cmdNeed,
			"start":     cmdStart,
			"waitline":  cmdWaitline,
			"send":      cmdSend,
			"signal":    cmdSignal,
			"finish":    cmdFinish,
			"patch":     cmdPatch,
		},
	})
}

// inherit passes on what decides how Go programs run and build; the rest of the environment a
// script starts with is testscript's, the same everywhere.
func inherit(env *testscript.Env) {
	for _, name := range []string{"GOMAXPROCS", "GODEBUG", "GOFLAGS", "GOPROXY", "GOTOOLCHAIN"} {
		if v := os.Getenv(name); v != "" {
			env.Setenv(name, v)
		}
	}
	// A process built with the race detector sleeps for a second at its end, unless told not to.
	env.Setenv("GORACE", strings.TrimSpace("atexit_sleep_ms=0 "+os.Getenv("GORACE")))
	for name, v := range goEnv() {
		env.Setenv(name, v)
	}
}

// shim is testscript's view of a test. Its Run knows the script's name before the script starts,
// and looks for processes after everything else about it has ended.
type shim struct {
	*testing.T
	script string
	mark   string
}

func (s shim) Run(name string, f func(testscript.T)) {
	s.T.Run(name, func(t *testing.T) {
		mark := fmt.Sprintf("%s-%d-%d", name, os.Getpid(), time.Now().UnixNano())
		t.Cleanup(func() { failOnLeftovers(t, mark) })
		f(shim{t, name, mark})
	})
}

func (s shim) Verbose() bool { return testing.Verbose() }

// moduleRoot returns the nearest folder above the working directory that has a go.mod.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for d := dir; ; d = filepath.Dir(d) {
		if _, err := os.Stat(filepath.Join(d, "go.mod")); err == nil {
			return d, nil
		}
		if d == filepath.Dir(d) {
			return "", fmt.Errorf("no go.mod above %s", dir)
		}
	}
}
