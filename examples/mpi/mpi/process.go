package mpi

import "os"

// keepProcess makes MPI libraries leave this process as the Go runtime needs it. They read these
// variables when they are loaded; whoever has set one has decided otherwise.
func keepProcess(crowded bool) {
	settings := []struct{ name, value string }{
		// UCX and Open MPI would take SIGSEGV from the Go runtime, and with it the recovery from nil
		// dereferences. UCX would take SIGHUP too, by a handler that runs on a goroutine's stack.
		{"UCX_ERROR_SIGNALS", ""},
		{"UCX_DEBUG_SIGNO", "0"},
		{"OMPI_MCA_opal_signal", ""},
		// To notice memory that is given back, UCX and Open MPI write jumps over the first bytes of
		// mmap, munmap and others in the C library. The threads that Go's runtime starts meanwhile run
		// into half a jump, and die by SIGSEGV without a word. And it would be for nothing: Go's runtime
		// gives memory back by system calls of its own, so that what they remember would be wrong.
		{"UCX_MEM_EVENTS", "n"},
		{"OMPI_MCA_memory", "^patcher"},
	}
	if crowded { // a rank that waits lets others run
		settings = append(settings, struct{ name, value string }{"OMPI_MCA_mpi_yield_when_idle", "1"})
	}
	for _, v := range settings {
		if _, ok := os.LookupEnv(v.name); !ok {
			os.Setenv(v.name, v.value)
		}
	}
}
