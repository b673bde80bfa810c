// A program that knows MPI, and nothing of package mpi: rank 1, or whatever it is.
#include <mpi.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	long *base, sum, one = 1;
	MPI_Win win;
	MPI_Init(&argc, &argv);
	MPI_Allreduce(&one, &sum, 1, MPI_LONG, MPI_SUM, MPI_COMM_WORLD);
	MPI_Win_allocate(8, 8, MPI_INFO_NULL, MPI_COMM_WORLD, &base, &win);
	*base = 0;
	MPI_Win_fence(0, win);
	MPI_Win_fence(0, win);
	printf("peer: %ld ranks, and %ld in the window\n", sum, *base);
	fflush(stdout);
	MPI_Win_free(&win);
	MPI_Finalize();
	return 0;
}
