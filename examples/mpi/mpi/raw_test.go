package mpi_test

import (
	"testing"
	"unsafe"

	"example.com/lockstep/examples/mpi/mpi"
)

func TestRaw(t *testing.T) { testRole(t, 2, "raw") }

func init() {
	roles["raw"] = func(world *mpi.Comm) error {
		var c check
		in, out := []int{world.Rank() + 1}, []int{0}
		c.ok("MPI_Allreduce", mpi.Raw("MPI_Allreduce", uintptr(unsafe.Pointer(&in[0])), uintptr(unsafe.Pointer(&out[0])),
			1, mpi.Datatype[int](), mpi.Sum.Handle(), world.Handle()))
		c.equal("sum", out[0], 3)
		w, err := mpi.WinAllocate[int](world, 1)
		c.ok("WinAllocate", err)
		c.ok("MPI_Win_fence", mpi.Raw("MPI_Win_fence", 0, w.Handle()))
		c.ok("Put", w.Put(in, 1-world.Rank(), 0))
		c.ok("MPI_Win_fence", mpi.Raw("MPI_Win_fence", 0, w.Handle()))
		c.equal("window", w.Local(), []int{2 - world.Rank()})
		c.ok("Free", w.Free())
		dup := new(uintptr)
		c.ok("MPI_Comm_dup_with_info", mpi.Raw("MPI_Comm_dup_with_info", world.Handle(), mpi.InfoNull(), uintptr(unsafe.Pointer(dup))))
		c.ok("MPI_Comm_free", mpi.Raw("MPI_Comm_free", uintptr(unsafe.Pointer(dup))))
		return c.err()
	}
}
