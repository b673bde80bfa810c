// First runs as several processes, called ranks, which send each other messages. An MPI
// launcher starts them:
//
//	go build -o bin/ ./examples/mpi/first
//	mpirun -n 4 bin/first
package main

import (
	"fmt"
	"log"
	"os"

	"example.com/lockstep/examples/mpi/mpi"
)

func main() {
	err := mpi.Main(hello) // starts MPI, runs hello, and ends the process
	log.Fatal(err)         // MPI could not be started
}

// hello is what every rank does. Rank 0 receives from the others, one after the other.
func hello(world *mpi.Comm) error {
	me, n := world.Rank(), world.Size()
	number := []int{os.Getpid()}
	if me > 0 {
		fmt.Printf("[rank %d] of %d sends its process number\n", me, n)
		return mpi.Send(world, number, 0, 0)
	}
	for other := 1; other < n; other++ {
		if _, err := mpi.Recv(world, number, other, 0); err != nil {
			return err
		}
		fmt.Printf("[rank 0] of %d: rank %d is process %d\n", n, other, number[0])
	}
	return nil
}
