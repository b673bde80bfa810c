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
	log.Fatal(err) // MPI could not be started
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
