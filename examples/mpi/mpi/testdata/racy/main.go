// Racy has a data race in a rank: with -race its exit code is 66.
package main

import (
	"fmt"
	"log"
	"sync"

	"example.com/lockstep/examples/mpi/mpi"
)

func main() {
	log.Fatal(mpi.Main(func(world *mpi.Comm) error {
		n := 0
		var group sync.WaitGroup
		for range 2 {
			group.Go(func() { n++ })
		}
		group.Wait()
		fmt.Println("counted", n)
		return world.Barrier()
	}))
}
