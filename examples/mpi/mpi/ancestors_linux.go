package mpi

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// launchers are the programs that start ranks, on the machine where mpirun was called and on others.
var launchers = []string{"orterun", "orted", "prterun", "prted", "prte",
	"mpirun", "mpiexec", "mpirun.openmpi", "mpiexec.hydra", "mpirun.mpich", "mpiexec.mpich", "hydra_pmi_proxy"}

// launcherFile returns the file of the launcher among the processes that led to this one, or nothing.
func launcherFile() string {
	pid := os.Getppid()
	for range 16 { // with a shell or two in between
		file, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid))
		if err != nil {
			return ""
		}
		if slices.Contains(launchers, filepath.Base(file)) {
			return file
		}
		if pid = parentOf(pid); pid <= 1 {
			return ""
		}
	}
	return ""
}

// parentOf returns the parent of a process, 0 if there is none to be seen.
func parentOf(pid int) int {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	// The program's name, in parentheses, may contain anything.
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	if len(fields) < 2 {
		return 0
	}
	parent, _ := strconv.Atoi(fields[1])
	return parent
}

// siblings returns how many processes this one's parent has started that run the same program.
func siblings() int {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	self, err := os.Stat("/proc/self/exe")
	if err != nil {
		return 0
	}
	n := 0
	for _, stat := range stats {
		dir := filepath.Dir(stat)
		pid, err := strconv.Atoi(filepath.Base(dir))
		if err != nil || parentOf(pid) != os.Getppid() {
			continue
		}
		if exe, err := os.Stat(filepath.Join(dir, "exe")); err == nil && os.SameFile(self, exe) {
			n++
		}
	}
	return n
}
