package main

// What is given. It is right as it is: your program goes into exercise.go.

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"strconv"
	"strings"

	"example.com/lockstep/examples/mpi/mpi"
)

var errNotBegun = errors.New("not begun: write Step in examples/mpi/exercise/exercise.go")

const cols = 40

func main() {
	log.SetFlags(0)
	n := flag.Int("n", 3, "how many `ranks`, from 1 to 8")
	rows := flag.Int("rows", 12, "the `rows` of the plate, from 8 to 100")
	steps := flag.Int("steps", 20, "how many `steps`, from 0 to 1000")
	flag.Parse()
	rank := flag.NArg() == 1 && flag.Arg(0) == "rank"
	if *n < 1 || *n > 8 || *rows < 8 || *rows > 100 || *steps < 0 || *steps > 1000 || flag.NArg() > 0 && !rank {
		fmt.Fprintln(os.Stderr, "usage: exercise [-n ranks] [-rows rows] [-steps steps]")
		os.Exit(2)
	}
	if !rank {
		launch(*n, *rows, *steps)
		return
	}
	check(mpi.Main(func(world *mpi.Comm) error { return warm(world, *rows, *steps) }))
}

// findLauncher returns the path of an MPI launcher.
func findLauncher() (string, error) {
	for _, name := range []string{"mpirun", "mpiexec", "mpirun.openmpi", "mpirun.mpich"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("no MPI launcher found (mpirun): apt-get install openmpi-bin, or apt-get install mpich")
}

// launch starts n ranks of this program. Each launcher reads its own settings and ignores the others'.
func launch(n, rows, steps int) {
	launcher, err := findLauncher()
	check(err)
	self, err := os.Executable()
	check(err)
	dir, err := os.MkdirTemp("", "ranks")
	check(err)
	job := exec.Command(launcher, "-n", strconv.Itoa(n), self, "-rows", strconv.Itoa(rows), "-steps", strconv.Itoa(steps), "rank")
	job.Env = append(os.Environ(), "TMPDIR="+dir, "OMPI_MCA_rmaps_base_oversubscribe=1", "OMPI_MCA_hwloc_base_binding_policy=none",
		"PRTE_MCA_rmaps_default_mapping_policy=:oversubscribe", "PRTE_MCA_mapby=:oversubscribe",
		"OMPI_ALLOW_RUN_AS_ROOT=1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1")
	var said bytes.Buffer
	job.Stdout, job.Stderr = io.MultiWriter(os.Stdout, &said), os.Stderr
	_, err = job.StdinPipe() // open as long as this process lives
	check(err)
	err = job.Run()
	os.RemoveAll(dir)
	if said.Len() == 0 { // not begun: a rank has said so
		os.Exit(1)
	}
	check(err)
}

// warm is what a rank does: some steps, and then rank 0 shows all rows.
func warm(world *mpi.Comm, rows, steps int) error {
	me, n := world.Rank(), world.Size()
	part := func(r int) int { return rows*(r+1)/n - rows*r/n }
	p := newPlate(part(me), me == 0)
	p.world = world
	up, down := me-1, me+1
	if up < 0 {
		up = mpi.ProcNull
	}
	if down == n {
		down = mpi.ProcNull
	}
	for i := range steps {
		err := Step(p, up, down)
		if errors.Is(err, errNotBegun) {
			if me == 0 {
				fmt.Fprintln(os.Stderr, err)
			}
			return nil
		}
		if err != nil {
			return err
		}
		if len(p.begun) > 0 {
			return fmt.Errorf("step %d returned, but %d messages were not waited for", i+1, len(p.begun))
		}
		p.now, p.next = p.next, p.now
		p.say("has done step %d of its %d rows", i+1, p.rows)
	}
	counts, all := make([]int, n), make([]float64, rows*cols)
	for r := range counts {
		counts[r] = part(r) * cols
	}
	err := mpi.Gatherv(world, p.now[cols:(p.rows+1)*cols], all, counts, 0)
	if me == 0 && err == nil {
		fmt.Print(picture(all))
	}
	return err
}

// A plate is a rank's own rows, and one more above and below.
type plate struct {
	rows      int
	now, next []float64
	world     *mpi.Comm
	begun     []*mpi.Request
}

func newPlate(rows int, top bool) *plate {
	p := &plate{rows: rows, now: make([]float64, (rows+2)*cols), next: make([]float64, (rows+2)*cols)}
	for i := range cols {
		if top {
			p.now[i], p.next[i] = 1, 1 // the edge above stays hot
		}
	}
	return p
}

func (p *plate) row(i int) []float64 { return p.now[i*cols : (i+1)*cols] }

func (p *plate) say(format string, args ...any) {
	fmt.Printf("[rank %d] %s\n", p.world.Rank(), fmt.Sprintf(format, args...))
}

// Isend begins to send a row, and does not wait.
func (p *plate) Isend(row, to int) {
	p.say("begins to send row %d", row)
	q, err := mpi.Isend(p.world, p.row(row), to, 0)
	check(err)
	p.begun = append(p.begun, q)
}

// Irecv begins to receive a row, and does not wait.
func (p *plate) Irecv(row, from int) {
	p.say("begins to receive row %d", row)
	q, err := mpi.Irecv(p.world, p.row(row), from, 0)
	check(err)
	p.begun = append(p.begun, q)
}

// Waitall waits until all messages that were begun are through.
func (p *plate) Waitall() {
	p.say("waits for %d messages", len(p.begun))
	_, err := mpi.Waitall(p.begun...)
	check(err)
	p.begun = nil
}

// Compute computes the rows from to to, both included, if there are any.
func (p *plate) Compute(from, to int) {
	if from > to {
		return
	}
	if from < 1 || to > p.rows {
		log.Fatalf("p.Compute(%d, %d): this rank's own rows are 1 to %d", from, to, p.rows)
	}
	p.say("computes rows %d to %d", from, to)
	for r := from; r <= to; r++ {
		above, here, below := p.row(r-1), p.row(r), p.row(r+1)
		for c := 1; c < cols-1; c++ {
			p.next[r*cols+c] = (above[c] + here[c-1] + here[c+1] + below[c]) / 4
		}
	}
}

func picture(cells []float64) string {
	const shades = " .:-=+*#%@"
	var b strings.Builder
	for i, t := range cells {
		b.WriteByte(shades[min(int(t*float64(len(shades))), len(shades)-1)])
		if i%cols == cols-1 {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
