package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"unsafe"

	"example.com/lockstep/examples/mpi/mpi"
)

const bufferSize = 1 << 20

// runGcbuffer begins to receive a megabyte, and collects garbage before it arrives. MPI knows the
// buffer's address; the collector does not know that MPI knows.
func runGcbuffer(args []string) error {
	fs := newFlags("gcbuffer")
	pinned := fs.Bool("pinned", false, "receive by mpi.Irecv, which pins the buffer")
	if err := parse(fs, args); err != nil {
		return err
	}
	return ranks(2, func(world *mpi.Comm) error {
		switch world.Rank() {
		case 0:
			if err := world.Barrier(); err != nil {
				return err
			}
			return mpi.Send(world, make([]byte, bufferSize), 1, 0) // zeros
		case 1:
			quietHeap()
			begin := beginUnpinned
			if *pinned {
				begin = beginPinned
			}
			wait, err := begin(world)
			if err != nil {
				return err
			}
			return receiveIntoGarbage(world, wait)
		}
		return world.Barrier()
	})
}

// quietHeap leaves the buffer's place, once it is free, to the slices that are made on purpose: the
// runtime's own needs, such as stacks, would take a part of it.
func quietHeap() {
	debug.SetGCPercent(-1) // from here on garbage is collected where the program says so
	spare := make([]byte, bufferSize)
	runtime.GC() // starts the collector's workers
	// Free after the next collection, below the buffer: small needs are met from here.
	runtime.KeepAlive(&spare[0])
}

// region unpinned
func beginUnpinned(world *mpi.Comm) (wait func() error, err error) {
	request := new(uintptr)
	buf := make([]byte, bufferSize)
	// NOTE: incorrect: the address is all that is left of buf, and an address keeps nothing alive.
	err = mpi.Raw("MPI_Irecv", uintptr(unsafe.Pointer(&buf[0])), bufferSize, mpi.Datatype[byte](),
		0, 0, world.Handle(), uintptr(unsafe.Pointer(request)))
	return func() error {
		return mpi.Raw("MPI_Wait", uintptr(unsafe.Pointer(request)), mpi.StatusIgnore())
	}, err
}

// endregion unpinned

// region pinned
func beginPinned(world *mpi.Comm) (wait func() error, err error) {
	buf := make([]byte, bufferSize)
	request, err := mpi.Irecv(world, buf, 0, 0)
	return func() error {
		_, err := request.Wait()
		return err
	}, err
}

// endregion pinned

// receiveIntoGarbage fills fresh memory with ones before the zeros arrive, and counts what is lost.
func receiveIntoGarbage(world *mpi.Comm, wait func() error) error {
	runtime.GC()
	runtime.GC() // the second ends the sweeping of the first
	others := make([][]byte, 16)
	for i := range others {
		others[i] = make([]byte, bufferSize)
		for j := range others[i] {
			others[i][j] = 1
		}
	}
	if err := world.Barrier(); err != nil { // from here on rank 0 may send
		return err
	}
	if err := wait(); err != nil {
		return err
	}
	lost := 0
	for _, other := range others {
		for _, b := range other {
			if b != 1 {
				lost++
			}
		}
	}
	lane(world, "of %d received %d bytes; %d bytes of other slices were overwritten",
		world.Size(), bufferSize, lost)
	if lost > 0 {
		return fmt.Errorf("%d bytes of memory that MPI had no business with are corrupt", lost)
	}
	return nil
}
