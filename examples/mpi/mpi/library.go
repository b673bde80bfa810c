package mpi

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"unsafe"
)

// functions are the addresses of the MPI functions this package calls: each field is MPI_ and its
// name. To bind one more, add it here and write the Go function that calls it.
type functions struct {
	Init_thread, Finalize, Abort                                                      uintptr
	Get_library_version, Get_processor_name, Error_class, Error_string                uintptr
	Comm_rank, Comm_size, Comm_split, Comm_split_type, Comm_dup, Comm_free            uintptr
	Comm_group, Group_incl, Group_free, Comm_create_group                             uintptr
	Comm_set_errhandler, Cart_create, Cart_shift, Cart_coords, Cart_rank, Dims_create uintptr
	Send, Ssend, Recv, Sendrecv, Probe, Iprobe, Mprobe, Improbe, Mrecv, Imrecv        uintptr
	Isend, Issend, Irecv, Wait, Waitany, Test, Testany, Cancel, Test_cancelled        uintptr
	Get_count, Type_vector, Type_commit, Type_free                                    uintptr
	Barrier, Bcast, Scatter, Scatterv, Gather, Gatherv, Allgather, Allgatherv         uintptr
	Alltoall, Alltoallv, Reduce, Allreduce, Scan, Exscan                              uintptr
	Ibarrier, Ibcast, Iscatter, Iscatterv, Igather, Igatherv, Iallgather, Iallgatherv uintptr
	Ialltoall, Ialltoallv, Ireduce, Iallreduce, Iscan, Iexscan                        uintptr
	Op_create                                                                         uintptr
	Win_allocate, Win_allocate_shared, Win_shared_query, Win_free, Win_set_errhandler uintptr
	Win_fence, Win_lock, Win_unlock, Win_lock_all, Win_unlock_all, Win_flush          uintptr
	Put, Get, Accumulate, Fetch_and_op, Compare_and_swap                              uintptr
}

// What load found. They are written once, before any call.
var (
	fn     functions
	abi    = &constants{}
	dl     uintptr // the library; 0 before it is loaded
	dlPath string  // by which name
	libc   struct{ cxaFinalize, fflush, schedYield uintptr }
)

// EnvLibrary is the environment variable that names the MPI library to load, a file name or a path.
// Without it, the library of the launcher that started this process is looked for.
const EnvLibrary = "LOCKSTEP_LIBMPI"

// install is what to do where there is no MPI.
const install = "install one (apt-get install openmpi-bin, or apt-get install mpich; brew install open-mpi)" +
	" or name its file in " + EnvLibrary

// launcher says who started this process, as far as its environment tells.
type launcher struct {
	name  string
	kinds []kind // the kinds of library that can talk to it; nil: unknown
	ranks int    // how many it started; 0: unknown
	local int    // how many of them on this machine; 0: unknown
}

func findLauncher(getenv func(string) string) launcher {
	number := func(name string) int {
		digits := strings.FieldsFunc(getenv(name), func(r rune) bool { return r < '0' || r > '9' }) // Slurm: 2(x3)
		if len(digits) == 0 {
			return 0
		}
		n, _ := strconv.Atoi(digits[0])
		return n
	}
	// MPICH's launcher hands its ranks a link to it. Inside a Slurm job it is still MPICH's; without the
	// link, Slurm itself may have set PMI_SIZE.
	hydra := getenv("HYDI_CONTROL_FD") != "" || getenv("MPI_LOCALNRANKS") != "" || getenv("SLURM_JOB_ID") == ""
	switch {
	case getenv("OMPI_COMM_WORLD_SIZE") != "":
		return launcher{"Open MPI's mpirun", []kind{openMPI, standard},
			number("OMPI_COMM_WORLD_SIZE"), number("OMPI_COMM_WORLD_LOCAL_SIZE")}
	case getenv("PMI_SIZE") != "" && hydra:
		return launcher{"MPICH's mpirun", []kind{mpich, standard}, number("PMI_SIZE"), number("MPI_LOCALNRANKS")}
	case getenv("SLURM_STEP_NUM_TASKS") != "":
		return launcher{"Slurm's srun", nil, number("SLURM_STEP_NUM_TASKS"), number("SLURM_STEP_TASKS_PER_NODE")}
	}
	return launcher{}
}

// crowded reports whether l started more ranks on this machine than there are processors for them.
func (l launcher) crowded() bool { return l.local > runtime.NumCPU() }

// candidates are the names under which the libraries that suit l may be found, best first.
func candidates(l launcher, goos string) []string {
	names := map[kind][]string{
		openMPI:  {"libmpi.so.40"},
		mpich:    {"libmpi.so.12", "libmpich.so.12"},
		standard: {"libmpi_abi.so.1"},
	}
	any := []string{"libmpi_abi.so", "libmpi.so", "libmpich.so"}
	if goos == "darwin" {
		names = map[kind][]string{
			openMPI: {"libmpi.40.dylib"}, mpich: {"libmpi.12.dylib", "libmpich.12.dylib"}, standard: {"libmpi_abi.1.dylib"},
		}
		any = []string{"libmpi_abi.dylib", "libmpi.dylib", "libmpich.dylib"}
	}
	kinds := l.kinds
	if kinds == nil {
		kinds = []kind{standard, openMPI, mpich}
	}
	var list []string
	for _, k := range kinds {
		list = append(list, names[k]...)
	}
	list = append(list, any...)
	if goos == "darwin" { // the dynamic linker does not look where Homebrew and MacPorts install
		for _, dir := range []string{"/opt/homebrew/lib", "/usr/local/lib", "/opt/local/lib"} {
			for _, name := range list[:len(list):len(list)] {
				if !strings.Contains(name, "/") {
					list = append(list, filepath.Join(dir, name))
				}
			}
		}
	}
	return list
}

// load finds an MPI library that suits the launcher, and binds its functions and constants.
func load(l launcher) error {
	if !hasDlopen {
		return fmt.Errorf("this package needs Linux or macOS on a usual processor, and this is %s on %s", runtime.GOOS, runtime.GOARCH)
	}
	keepProcess(l.crowded())
	if chosen := os.Getenv(EnvLibrary); chosen != "" {
		handle, k, err := open(chosen, l)
		if err != nil {
			return fmt.Errorf("%s=%s: %w", EnvLibrary, chosen, err)
		}
		return bind(handle, k, chosen)
	}
	list := candidates(l, runtime.GOOS)
	if l.kinds != nil {
		list = append(beside(launcherFile(), list), list...)
	}
	return loadFirst(list, l)
}

// beside returns those of the names that are files where the rest of a launcher's MPI is: an MPI in a
// folder of its own is not where the dynamic linker looks.
func beside(launcher string, names []string) (paths []string) {
	if launcher == "" {
		return nil
	}
	prefix := filepath.Dir(filepath.Dir(launcher))
	for _, name := range names {
		for _, lib := range []string{"lib", "lib64"} {
			path := filepath.Join(prefix, lib, name)
			if _, err := os.Stat(path); err == nil && !filepath.IsAbs(name) {
				paths = append(paths, path)
			}
		}
	}
	return paths
}

// loadFirst binds the first of the libraries that can be loaded and suits l. If there is none, one
// that does not suit says more than those that are not there.
func loadFirst(names []string, l launcher) error {
	var wrong error
	for _, name := range names {
		handle, k, err := open(name, l)
		switch {
		case err == nil:
			return bind(handle, k, name)
		case !errors.As(err, new(notFound)) && wrong == nil:
			wrong = err
		}
	}
	if wrong != nil {
		return wrong
	}
	suits := ""
	if l.name != "" {
		suits = " for " + l.name
	}
	return fmt.Errorf("no MPI library%s: %s; looked for %s", suits, install, strings.Join(names, ", "))
}

// notFound is the dynamic linker's failure to find or open a library.
type notFound struct{ error }

// open loads a library far enough to see what it is, and refuses one that cannot talk to l.
func open(name string, l launcher) (uintptr, kind, error) {
	handle, err := dlopen(name, false)
	if err != nil {
		return 0, 0, notFound{err}
	}
	k, err := kindOf(handle)
	if err != nil {
		dlclose(handle)
		return 0, 0, fmt.Errorf("%s is no MPI library: %w", name, err)
	}
	if l.kinds != nil && k != standard && l.kinds[0] != k {
		dlclose(handle)
		return 0, 0, fmt.Errorf("%s has the %v, but %s started this process: use the launcher and the library of one MPI,"+
			" or name the library's file in "+EnvLibrary, name, k, l.name)
	}
	// Open MPI's plug-ins look up its symbols among the global ones.
	if handle, err = dlopen(name, true); err != nil {
		return 0, 0, notFound{err}
	}
	return handle, k, nil
}

// kindOf tells the three interfaces apart by what a library exports.
func kindOf(handle uintptr) (kind, error) {
	if _, err := dlsym(handle, "MPI_Init_thread"); err != nil {
		return 0, errors.New("it has no MPI_Init_thread")
	}
	if f, err := dlsym(handle, "MPI_Abi_get_version"); err == nil {
		major, minor := new(int32), new(int32)
		syscall(f, uintptr(unsafe.Pointer(major)), uintptr(unsafe.Pointer(minor)))
		if *major >= 1 {
			return standard, nil
		}
	}
	if _, err := dlsym(handle, "ompi_mpi_comm_self"); err == nil {
		return openMPI, nil
	}
	return mpich, nil
}

// bind looks up every function of the table.
func bind(handle uintptr, k kind, name string) error {
	table := reflect.ValueOf(&fn).Elem()
	for i := range table.NumField() {
		symbol := "MPI_" + table.Type().Field(i).Name
		address, err := dlsym(handle, symbol)
		if err != nil {
			return fmt.Errorf("%s has no %s: this package needs MPI 3.0 or newer", name, symbol)
		}
		table.Field(i).SetUint(uint64(address))
	}
	c, err := constantsOf(k, func(symbol string) (uintptr, error) { return dlsym(handle, symbol) })
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for symbol, address := range map[string]*uintptr{ // found in the libraries that it needs
		"__cxa_finalize": &libc.cxaFinalize, "fflush": &libc.fflush, "sched_yield": &libc.schedYield,
	} {
		if *address, err = dlsym(handle, symbol); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	abi, dl, dlPath = c, handle, name
	return nil
}

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
