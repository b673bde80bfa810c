package mpi_test

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"example.com/lockstep/examples/internal/script"
	"example.com/lockstep/examples/mpi/mpi"
)

// The same binary speaks the standard ABI of MPI-5.0, to a library that translates it for MPICH.
func TestStandardABI(t *testing.T) {
	var launcher *script.MPILauncher
	for _, l := range script.MPILaunchers() {
		if l.Name == "mpich" {
			launcher = &l
		}
	}
	compiler, err := exec.LookPath("mpicc.mpich")
	if err != nil || launcher == nil {
		t.Skip("no MPICH to translate for (mpirun, mpicc.mpich): apt-get install mpich gcc")
	}
	library := filepath.Join(t.TempDir(), "libmpi_abi.so.1")
	source := filepath.Join("..", "..", "..", "testdata", "mpi", "abi.c")
	out, err := exec.Command(compiler, "-Wall", "-shared", "-fPIC", "-o", library, source).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, role := range []string{"reduce", "standard", "standard-multiple"} {
		t.Run(role, func(t *testing.T) {
			mustSucceed(t, launch(t, *launcher, 2, role, mpi.EnvLibrary+"="+library))
		})
	}
	r := launch(t, *launcher, 2, "exit-error", mpi.EnvLibrary+"="+library)
	if r.code != 1 || !strings.Contains(r.stderr, "rank 1: out of paper") {
		t.Errorf("exit code %d, want 1\n%s", r.code, r.stderr)
	}
}

func init() {
	roles["standard"] = func(world *mpi.Comm) error {
		var c check
		v, err := mpi.Library()
		c.ok("Library", err)
		c.equal("ABI", v.ABI, "MPI-5.0 standard ABI")
		other := 1 - world.Rank()
		if world.Rank() == 0 {
			c.ok("Send", mpi.Send(world, []float64{1, 2, 3}, other, 5))
			c.ok("Send", mpi.Send(world, []int32{1, 2, 3}, other, 6))
			c.ok("Send", mpi.Send(world, []byte{1, 2, 3}, other, 7))
			c.ok("Send to ProcNull", mpi.Send(world, []byte{1}, mpi.ProcNull, 7))
		} else {
			in := make([]float64, 4)
			st, err := mpi.Recv(world, in, mpi.AnySource, mpi.AnyTag)
			c.ok("Recv", err)
			c.equal("status", st, mpi.Status{Source: 0, Tag: 5, Count: 3})
			q, err := mpi.Irecv(world, make([]int32, 2), other, 6)
			c.ok("Irecv", err)
			_, err = q.Wait()
			c.is("longer than the buffer", err, mpi.ErrTruncate)
			_, err = mpi.Recv(world, make([]int32, 2), other, 7)
			c.is("no whole number of int32", err, mpi.ErrType)
		}
		sum := []int{world.Rank()}
		c.ok("in place", mpi.Allreduce(world, sum, sum, mpi.Sum))
		c.equal("sum", sum, []int{1})
		c.ok("Barrier", world.Barrier())
		return c.err()
	}
	roles["standard-multiple"] = roles["standard"]
}
