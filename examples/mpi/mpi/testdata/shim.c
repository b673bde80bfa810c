// Stands before the installed library, and has the MPI_Abort of MPICH from 4.2 on as it is seen from here: it
// returns.
int MPI_Abort(int comm, int code) { return 0; }
