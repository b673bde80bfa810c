package mpi_test

import (
	"errors"
	"fmt"
	"log"

	"example.com/lockstep/examples/mpi/mpi"
)

// Every rank runs the function given to Main. Start it with: mpirun -n 4 program
func Example() {
	err := mpi.Main(func(world *mpi.Comm) error {
		sum := make([]int, 1)
		if err := mpi.Allreduce(world, []int{world.Rank()}, sum, mpi.Sum); err != nil {
			return err
		}
		fmt.Printf("rank %d of %d: the ranks add up to %d\n", world.Rank(), world.Size(), sum[0])
		return nil
	})
	log.Fatal(err) // Main has returned, so MPI could not be started
}

// A receiver that does not know how long the next message is asks first.
func ExampleProbe() {
	receive := func(world *mpi.Comm) ([]float64, error) {
		next, err := mpi.Probe[float64](world, mpi.AnySource, mpi.AnyTag)
		if err != nil {
			return nil, err
		}
		data := make([]float64, next.Count)
		_, err = mpi.Recv(world, data, next.Source, next.Tag)
		return data, err
	}
	log.Fatal(mpi.Main(func(world *mpi.Comm) error {
		_, err := receive(world)
		return err
	}))
}

// Errors are compared by their MPI class, which is the same for every library.
func ExampleError() {
	log.Fatal(mpi.Main(func(world *mpi.Comm) error {
		_, err := mpi.Recv(world, make([]byte, 16), mpi.AnySource, 0)
		if errors.Is(err, mpi.ErrTruncate) {
			return fmt.Errorf("who sends more than 16 bytes? %w", err)
		}
		return err
	}))
}

// Computing goes on while a message travels.
func ExampleIrecv() {
	log.Fatal(mpi.Main(func(world *mpi.Comm) error {
		data := make([]float64, 1000)
		request, err := mpi.Irecv(world, data, 0, 0)
		if err != nil {
			return err
		}
		// … compute something that does not look at data …
		_, err = request.Wait()
		return err
	}))
}

// One rank knows the configuration; all need it. BcastValue sends what encoding/gob can encode, like mpi4py's bcast.
func ExampleBcastValue() {
	type config struct {
		Title string
		Steps int
	}
	log.Fatal(mpi.Main(func(world *mpi.Comm) error {
		var c config
		if world.Rank() == 0 {
			c = config{"heat", 100}
		}
		c, err := mpi.BcastValue(world, c, 0)
		if err != nil {
			return err
		}
		names, err := mpi.GatherValue(world, fmt.Sprintf("rank %d does %d steps", world.Rank(), c.Steps), 0)
		for _, name := range names { // nil, except on rank 0
			fmt.Println(name)
		}
		return err
	}))
}

// What comes first is worked on first.
func ExampleWaitany() {
	log.Fatal(mpi.Main(func(world *mpi.Comm) error {
		parts := make([][]float64, world.Size())
		var requests []*mpi.Request
		for rank := range parts {
			parts[rank] = make([]float64, 100)
			q, err := mpi.Irecv(world, parts[rank], rank, 0)
			if err != nil {
				return err
			}
			requests = append(requests, q)
		}
		for range requests {
			rank, _, err := mpi.Waitany(requests...)
			if err != nil {
				return err
			}
			fmt.Println("rank", rank, "has sent", parts[rank])
		}
		return nil
	}))
}

// A matrix is divided by columns. Each rank keeps a column more on both sides, its neighbours'.
func ExampleVector() {
	halo := func(world *mpi.Comm, grid []float64, rows, cols, left, right int) error {
		column, err := mpi.NewVector[float64](rows, 1, cols)
		if err != nil {
			return err
		}
		defer column.Free()
		// The first of its own columns goes to the left, and the right neighbour's comes into the last.
		if _, err := column.Sendrecv(world, grid[1:], left, 0, grid[cols-1:], right, 0); err != nil {
			return err
		}
		_, err = column.Sendrecv(world, grid[cols-2:], right, 1, grid, left, 1)
		return err
	}
	log.Fatal(mpi.Main(func(world *mpi.Comm) error {
		const rows, cols = 10, 5
		line, err := world.CartCreate([]int{world.Size()}, []bool{false})
		if err != nil {
			return err
		}
		left, right, err := line.Shift(0, 1)
		if err != nil {
			return err
		}
		return halo(line.Comm, make([]float64, rows*cols), rows, cols, left, right)
	}))
}

// Several goroutines receive messages of unknown length: each gets the message that it has seen.
func ExampleMprobe() {
	receive := func(world *mpi.Comm) ([]float64, error) {
		message, next, err := mpi.Mprobe[float64](world, mpi.AnySource, mpi.AnyTag)
		if err != nil {
			return nil, err
		}
		data := make([]float64, next.Count)
		_, err = mpi.Mrecv(message, data)
		return data, err
	}
	log.Fatal(mpi.Main(func(world *mpi.Comm) error {
		_, err := receive(world)
		return err
	}, mpi.Threads(mpi.Multiple)))
}
