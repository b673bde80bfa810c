package main

import (
	"runtime"
	"runtime/debug"
	"unsafe"

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/mpi/mpi"
)

const megabyte = 1 << 20

// runGcbuffer begins to receive a megabyte, and collects garbage before it arrives. MPI knows the
// buffer's address; the collector does not know that MPI knows.
func runGcbuffer(f *lockstep.Flags) {
	pinned := f.Bool("pinned", false, "receive by mpi.Irecv, which pins the buffer")
	f.Parse()
	begin := receiveUnpinned
	if *pinned {
		begin = receivePinned
	}
	ranks(2, func(world *mpi.Comm) {
		if world.Rank() != 1 {
			lockstep.Check(world.Barrier())
			if world.Rank() == 0 {
				lockstep.Check(mpi.Send(world, make([]byte, megabyte), 1, 0)) // zeros
			}
			return
		}
		quietHeap()
		wait, err := begin(world, megabyte)
		lockstep.Check(err)
		others := allocate()
		lockstep.Check(world.Barrier()) // from here on rank 0 may send
		lockstep.Check(wait())
		lost := 0
		for _, other := range others {
			for _, b := range other {
				if b != 1 {
					lost++
				}
			}
		}
		lockstep.Say("[rank 1] of %d received %d bytes; %d bytes of other slices were overwritten",
			world.Size(), megabyte, lost)
		if lost > 0 {
			fail(world, "%d bytes of memory that MPI had no business with are corrupt", lost)
		}
	})
}

// quietHeap leaves the buffer's place, once it is free, to the slices that are made on purpose: the
// runtime's own needs, such as stacks, would take a part of it.
func quietHeap() {
	debug.SetGCPercent(-1) // from here on garbage is collected where the program says so
	spare := make([]byte, megabyte)
	runtime.GC() // starts the collector's workers
	// Free after the next collection, below the buffer: small needs are met from here.
	runtime.KeepAlive(&spare[0])
}

func receiveUnpinned(world *mpi.Comm, size int) (wait func() error, err error) {
	buf, request := make([]byte, size), new(uintptr)
	to := uintptr(unsafe.Pointer(&buf[0])) // NOTE: incorrect: a number keeps no memory alive
	err = mpi.Raw("MPI_Irecv", to, uintptr(size), mpi.Datatype[byte](), 0, 0, world.Handle(),
		uintptr(unsafe.Pointer(request)))
	return func() error {
		return mpi.Raw("MPI_Wait", uintptr(unsafe.Pointer(request)), mpi.StatusIgnore())
	}, err
}

func receivePinned(world *mpi.Comm, size int) (wait func() error, err error) {
	buf := make([]byte, size)
	request, err := mpi.Irecv(world, buf, 0, 0)
	return func() error {
		_, err := request.Wait()
		return err
	}, err
}

// allocate collects garbage, and then takes memory that is free and fills it with ones.
func allocate() (slices [][]byte) {
	runtime.GC()
	runtime.GC() // the second ends the sweeping of the first
	for range 16 {
		s := make([]byte, megabyte)
		for i := range s {
			s[i] = 1
		}
		slices = append(slices, s)
	}
	return slices
}
