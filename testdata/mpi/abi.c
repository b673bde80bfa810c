// A library with the standard ABI of MPI-5.0, as far as the tests use it, on top of MPICH: what
// libmpi_abi.so.1 is where an MPI-5.0 library is installed. Handles, wildcards, thread levels, error
// classes and the status are translated; the messages are MPICH's.
#include <stdint.h>
#include <stdlib.h>

typedef uintptr_t H; // a handle of the standard ABI

int PMPI_Init_thread(int *, char ***, int, int *);
int PMPI_Finalize(void);
int PMPI_Abort(int, int);
int PMPI_Comm_rank(int, int *);
int PMPI_Comm_size(int, int *);
int PMPI_Comm_set_errhandler(int, int);
int PMPI_Get_library_version(char *, int *);
int PMPI_Error_class(int, int *);
int PMPI_Error_string(int, char *, int *);
int PMPI_Send(const void *, int, int, int, int, int);
int PMPI_Recv(void *, int, int, int, int, int, int *);
int PMPI_Get_count(const int *, int, int *);
int PMPI_Irecv(void *, int, int, int, int, int, int *);
int PMPI_Isend(const void *, int, int, int, int, int, int *);
int PMPI_Wait(int *, int *);
int PMPI_Test(int *, int *, int *);
int PMPI_Allreduce(const void *, void *, int, int, int, int);
int PMPI_Iallreduce(const void *, void *, int, int, int, int, int *);
int PMPI_Barrier(int);
int PMPI_Ibarrier(int, int *);

static int comm(H c) { return c == 0x101 ? 0x44000000 : c == 0x102 ? 0x44000001 : 0x04000000; }

static int type(H t)
{
	switch (t) {
	case 0x241: return 0x4c00013b; // uint8
	case 0x250: return 0x4c000439; // int32
	case 0x258: return 0x4c00083a; // int64
	case 0x214: return 0x4c00080b; // double
	}
	return 0x0c000000; // none
}

static int peer(int r) { return r == -1 ? -2 : r == -3 ? -1 : r; } // ANY_SOURCE, PROC_NULL
static int tagged(int t) { return t == -2 ? -1 : t; }              // ANY_TAG

// The status begins with source, tag and error; here MPICH's own follows, which has 20 bytes.
static void finish(int *status)
{
	status[0] = status[3 + 2] == -1 ? -3 : status[3 + 2];
	status[1] = status[3 + 3];
}

int MPI_Abi_get_version(int *major, int *minor) { return *major = 1, *minor = 0; }
int MPI_Init_thread(int *c, char ***v, int level, int *provided)
{
	int e = PMPI_Init_thread(c, v, level / 1024 - (level == 4096), provided);
	*provided = *provided == 3 ? 4096 : *provided * 1024;
	return e;
}
int MPI_Finalize(void) { return PMPI_Finalize(); }
int MPI_Abort(H c, int code) { return PMPI_Abort(comm(c), code); }
int MPI_Comm_rank(H c, int *r) { return PMPI_Comm_rank(comm(c), r); }
int MPI_Comm_size(H c, int *n) { return PMPI_Comm_size(comm(c), n); }
int MPI_Comm_set_errhandler(H c, H e) { return e == 0x143 ? PMPI_Comm_set_errhandler(comm(c), 0x54000001) : 13; }
int MPI_Get_library_version(char *s, int *n) { return PMPI_Get_library_version(s, n); }
int MPI_Error_class(int code, int *class)
{
	int e = PMPI_Error_class(code, class);
	if (*class >= 7 && *class <= 16)
		*class += 1; // from ROOT to INTERN the standard ABI is one ahead
	else if (*class == 19)
		*class = 7;
	return e;
}
int MPI_Error_string(int code, char *s, int *n) { return PMPI_Error_string(code, s, n); }
int MPI_Send(const void *b, int n, H t, int to, int tag, H c) { return PMPI_Send(b, n, type(t), peer(to), tag, comm(c)); }
int MPI_Recv(void *b, int n, H t, int from, int tag, H c, int *status)
{
	int e = PMPI_Recv(b, n, type(t), peer(from), tagged(tag), comm(c), status + 3);
	finish(status);
	return e;
}
int MPI_Get_count(const int *status, H t, int *n) { return PMPI_Get_count(status + 3, type(t), n); }
int MPI_Irecv(void *b, int n, H t, int from, int tag, H c, H *request)
{
	int r = 0, e = PMPI_Irecv(b, n, type(t), peer(from), tagged(tag), comm(c), &r);
	*request = (H)(unsigned)r;
	return e;
}
int MPI_Isend(const void *b, int n, H t, int to, int tag, H c, H *request)
{
	int r = 0, e = PMPI_Isend(b, n, type(t), peer(to), tag, comm(c), &r);
	*request = (H)(unsigned)r;
	return e;
}
int MPI_Test(H *request, int *flag, int *status)
{
	int r = (int)*request, e = PMPI_Test(&r, flag, status ? status + 3 : (int *)1); // STATUS_IGNORE
	if (*flag) {
		*request = 0x180;
		if (status)
			finish(status);
	}
	return e;
}
int MPI_Wait(H *request, int *status)
{
	int r = (int)*request, e = PMPI_Wait(&r, status + 3);
	*request = 0x180;
	finish(status);
	return e;
}
static int operation(H op) { return op == 0x21 ? 0x58000003 : 0x18000000; }
int MPI_Allreduce(const void *a, void *b, int n, H t, H op, H c)
{
	return PMPI_Allreduce((H)a == 1 ? (void *)-1 : a, b, n, type(t), operation(op), comm(c));
}
int MPI_Iallreduce(const void *a, void *b, int n, H t, H op, H c, H *request)
{
	int r = 0, e = PMPI_Iallreduce((H)a == 1 ? (void *)-1 : a, b, n, type(t), operation(op), comm(c), &r);
	*request = (H)(unsigned)r;
	return e;
}
int MPI_Barrier(H c) { return PMPI_Barrier(comm(c)); }
int MPI_Ibarrier(H c, H *request)
{
	int r = 0, e = PMPI_Ibarrier(comm(c), &r);
	*request = (H)(unsigned)r;
	return e;
}

// What the tests don't use must be there all the same.
#define NOT_USED(name) void MPI_##name(void) { abort(); }
NOT_USED(Get_processor_name) NOT_USED(Comm_split) NOT_USED(Comm_split_type) NOT_USED(Comm_dup) NOT_USED(Comm_free)
NOT_USED(Comm_group) NOT_USED(Group_incl) NOT_USED(Group_free) NOT_USED(Comm_create_group) NOT_USED(Cart_create)
NOT_USED(Cart_shift) NOT_USED(Cart_coords) NOT_USED(Cart_rank) NOT_USED(Dims_create) NOT_USED(Ssend)
NOT_USED(Sendrecv) NOT_USED(Probe) NOT_USED(Iprobe) NOT_USED(Mprobe) NOT_USED(Improbe) NOT_USED(Mrecv)
NOT_USED(Imrecv) NOT_USED(Issend) NOT_USED(Waitany) NOT_USED(Testany)
NOT_USED(Cancel) NOT_USED(Test_cancelled) NOT_USED(Type_vector) NOT_USED(Type_commit) NOT_USED(Type_free)
NOT_USED(Bcast) NOT_USED(Scatter) NOT_USED(Scatterv) NOT_USED(Gather) NOT_USED(Gatherv) NOT_USED(Allgather)
NOT_USED(Allgatherv) NOT_USED(Alltoall) NOT_USED(Alltoallv) NOT_USED(Reduce) NOT_USED(Scan) NOT_USED(Exscan)
NOT_USED(Ibcast) NOT_USED(Iscatter) NOT_USED(Iscatterv) NOT_USED(Igather) NOT_USED(Igatherv)
NOT_USED(Iallgather) NOT_USED(Iallgatherv) NOT_USED(Ialltoall) NOT_USED(Ialltoallv) NOT_USED(Ireduce)
NOT_USED(Iscan) NOT_USED(Iexscan) NOT_USED(Op_create) NOT_USED(Win_allocate)
NOT_USED(Win_allocate_shared) NOT_USED(Win_shared_query) NOT_USED(Win_free) NOT_USED(Win_set_errhandler)
NOT_USED(Win_fence) NOT_USED(Win_lock) NOT_USED(Win_unlock) NOT_USED(Win_lock_all) NOT_USED(Win_unlock_all)
NOT_USED(Win_flush) NOT_USED(Put) NOT_USED(Get) NOT_USED(Accumulate) NOT_USED(Fetch_and_op)
NOT_USED(Compare_and_swap)
