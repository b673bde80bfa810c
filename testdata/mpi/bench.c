// The same measurements as examples/mpi/bench.go, in C: on standard input a kind, a size in bytes
// and a number of repetitions; on standard output the nanoseconds that they took, and those of one
// repetition in the fastest burst.
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>

enum { END, PINGPONG, ALLREDUCE, HALO };

enum { BURST = 16 };

static double begun, best;

static void before(long i)
{
	if (i % BURST)
		return;
	double now = MPI_Wtime();
	if (i > 0 && (best == 0 || now - begun < best))
		best = now - begun;
	begun = now;
}

static void pingpong(int me, char *buf, long size, long n)
{
	for (long i = 0; me < 2 && i < n; i++) {
		before(i);
		if (i % 2 == me)
			MPI_Send(buf, (int)size, MPI_BYTE, 1 - me, 0, MPI_COMM_WORLD);
		else
			MPI_Recv(buf, (int)size, MPI_BYTE, 1 - me, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
	}
}

static void allreduce(double *in, double *out, long size, long n)
{
	for (long i = 0; i < n; i++) {
		before(i);
		MPI_Allreduce(in, out, (int)(size / 8), MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
	}
}

static void halo(int me, int ranks, double *rows, long size, long n)
{
	int cols = (int)(size / 8);
	int up = me > 0 ? me - 1 : MPI_PROC_NULL, down = me < ranks - 1 ? me + 1 : MPI_PROC_NULL;
	for (long i = 0; i < n; i++) {
		before(i);
		MPI_Sendrecv(rows + cols, cols, MPI_DOUBLE, up, 0, rows + 3 * cols, cols, MPI_DOUBLE, down, 0,
			     MPI_COMM_WORLD, MPI_STATUS_IGNORE);
		MPI_Sendrecv(rows + 2 * cols, cols, MPI_DOUBLE, down, 1, rows, cols, MPI_DOUBLE, up, 1,
			     MPI_COMM_WORLD, MPI_STATUS_IGNORE);
	}
}

int main(int argc, char **argv)
{
	int me, ranks;
	long order[3];
	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &me);
	MPI_Comm_size(MPI_COMM_WORLD, &ranks);
	for (;;) {
		if (me == 0 && scanf("%ld %ld %ld", &order[0], &order[1], &order[2]) != 3)
			order[0] = END;
		MPI_Bcast(order, 3, MPI_LONG, 0, MPI_COMM_WORLD);
		if (order[0] == END)
			break;
		double *buf = calloc(4, order[1]);
		if (!buf)
			MPI_Abort(MPI_COMM_WORLD, 1);
		MPI_Barrier(MPI_COMM_WORLD);
		best = 0;
		double begin = MPI_Wtime();
		switch (order[0]) {
		case PINGPONG:
			pingpong(me, (char *)buf, order[1], order[2]);
			break;
		case ALLREDUCE:
			allreduce(buf, buf + order[1] / 8, order[1], order[2]);
			break;
		case HALO:
			halo(me, ranks, buf, order[1], order[2]);
			break;
		}
		if (me == 0) {
			double took = (MPI_Wtime() - begin) * 1e9;
			printf("%.0f %g 0\n", took, best ? best * 1e9 / BURST : took / order[2]);
			fflush(stdout);
		}
		free(buf);
	}
	MPI_Finalize();
	return 0;
}
