package mpi

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// Every constant of the tables is what the header says, for each MPI whose headers are installed.
// A C program prints them. With LOCKSTEP_MPI_ABI_HEADER=mpi.h the MPI-5.0 column is compared with
// that header (github.com/mpi-forum/mpi-abi-stubs has it); a compiler mpicc_abi does as well.
func TestConstantsAreTheHeaders(t *testing.T) {
	header, ok := os.LookupEnv("LOCKSTEP_MPI_ABI_HEADER")
	for _, tc := range []struct {
		name      string
		kind      kind
		compilers []string
	}{
		{"openmpi", openMPI, []string{"mpicc.openmpi", "mpicc"}},
		{"mpich", mpich, []string{"mpicc.mpich", "mpicc"}},
		{"abi", standard, []string{"mpicc_abi"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir, flags := t.TempDir(), []string{}
			compiler := compilerOf(tc.kind, tc.compilers)
			if tc.kind == standard && ok {
				text, err := os.ReadFile(header)
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(dir, "mpi.h"), text, 0o666); err != nil {
					t.Fatal(err)
				}
				compiler, flags = "cc", []string{"-I", dir}
			}
			if compiler == "" {
				t.Skipf("no compiler for the %v: apt-get install libopenmpi-dev libmpich-dev (for MPI-5.0: %s)",
					tc.kind, "LOCKSTEP_MPI_ABI_HEADER=mpi.h")
			}
			source, program := filepath.Join(dir, "constants.c"), filepath.Join(dir, "constants")
			if err := os.WriteFile(source, []byte(constantsProgram(tc.kind)), 0o666); err != nil {
				t.Fatal(err)
			}
			args := append(flags, "-o", program, source)
			if tc.kind != standard {
				args = append(args, "-ldl")
			}
			if out, err := exec.Command(compiler, args...).CombinedOutput(); err != nil {
				t.Fatalf("%s: %v\n%s", compiler, err, out)
			}
			out, err := exec.Command(program).Output()
			if err != nil {
				t.Fatal(err)
			}
			if want := constantsList(tc.kind); string(out) != want {
				got, want := strings.Split(string(out), "\n"), strings.Split(want, "\n")
				for i := range max(len(got), len(want)) {
					if i >= len(got) || i >= len(want) || got[i] != want[i] {
						t.Errorf("the header has %q, the table %q", got[min(i, len(got)-1)], want[min(i, len(want)-1)])
					}
				}
			}
		})
	}
}

// compilerOf returns the first compiler there is that belongs to an MPI of the kind.
func compilerOf(k kind, names []string) string {
	for _, name := range names {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		cmd := exec.Command(path, "-E", "-dM", "-x", "c", "-")
		cmd.Stdin = strings.NewReader("#include <mpi.h>\n")
		if out, err := cmd.Output(); err == nil && kindOfHeader(string(out)) == k {
			return path
		}
	}
	return ""
}

// kindOfHeader says which interface a header has, from its definitions. Open MPI 6 also defines the version of
// the standard ABI, as -1 where the header is its own.
func kindOfHeader(defines string) kind {
	switch {
	case strings.Contains(defines, "#define MPI_ABI_VERSION ") && !strings.Contains(defines, "#define MPI_ABI_VERSION -1") &&
		!strings.Contains(defines, "#define MPI_ABI_VERSION (-1)"):
		return standard
	case strings.Contains(defines, "#define OMPI_MAJOR_VERSION "):
		return openMPI
	}
	return mpich
}

func TestKindOfHeader(t *testing.T) {
	for defines, want := range map[string]kind{
		"#define OMPI_MAJOR_VERSION 4\n":                               openMPI,
		"#define OMPI_MAJOR_VERSION 6\n#define MPI_ABI_VERSION -1\n":   openMPI,
		"#define OMPI_MAJOR_VERSION 6\n#define MPI_ABI_VERSION (-1)\n": openMPI,
		"#define MPI_ABI_VERSION 1\n#define MPI_ABI_SUBVERSION 0\n":    standard,
		"#define MPICH_VERSION \"4.0.2\"\n#define MPI_VERSION 4\n":     mpich,
	} {
		if got := kindOfHeader(defines); got != want {
			t.Errorf("%q: got the %v, want the %v", defines, got, want)
		}
	}
}

// constantsProgram prints what constantsList lists. Open MPI's handles are addresses: it compares
// them with the symbols.
func constantsProgram(k kind) string {
	var b strings.Builder
	b.WriteString("#define _GNU_SOURCE\n#include <mpi.h>\n#include <dlfcn.h>\n#include <stddef.h>\n#include <stdint.h>\n#include <stdio.h>\n")
	b.WriteString("int main(void) {\n")
	for _, h := range handleTable {
		if k == openMPI {
			fmt.Fprintf(&b, "\tprintf(\"%s %%s\\n\", (void *)%s == dlsym(RTLD_DEFAULT, \"%s\") ? \"%s\" : \"another symbol\");\n",
				h.c, h.c, h.openMPI, h.openMPI)
		} else {
			fmt.Fprintf(&b, "\tprintf(\"%s %%#lx\\n\", (unsigned long)(uintptr_t)%s & 0xffffffff);\n", h.c, h.c)
		}
	}
	for _, v := range integerTable {
		fmt.Fprintf(&b, "\tprintf(\"%s %%ld\\n\", (long)(intptr_t)(%s));\n", v.c, v.c)
	}
	for _, v := range classTable {
		fmt.Fprintf(&b, "\tprintf(\"%s %%d\\n\", %s);\n", v.class, v.class)
	}
	b.WriteString("\tprintf(\"status %zu %zu %zu\\n\", sizeof(MPI_Status), offsetof(MPI_Status, MPI_SOURCE), offsetof(MPI_Status, MPI_TAG));\n")
	b.WriteString("\treturn 0;\n}\n")
	return b.String()
}

func constantsList(k kind) string {
	var b strings.Builder
	for _, h := range handleTable {
		switch k {
		case openMPI:
			fmt.Fprintln(&b, h.c, h.openMPI)
		case mpich:
			fmt.Fprintf(&b, "%s %#x\n", h.c, h.mpich)
		case standard:
			fmt.Fprintf(&b, "%s %#x\n", h.c, h.standard)
		}
	}
	for _, v := range integerTable {
		fmt.Fprintln(&b, v.c, [...]int{v.openMPI, v.mpich, v.standard}[k])
	}
	for _, v := range classTable {
		fmt.Fprintln(&b, v.class, [...]int32{v.openMPI, v.mpich, v.standard}[k])
	}
	s := statusLayouts[k]
	fmt.Fprintln(&b, "status", s.size, s.source, s.tag)
	return b.String()
}

// The count of bytes lies where each library keeps it; MPICH's has a flag in the middle.
func TestStatusCount(t *testing.T) {
	for _, bytes := range []uint64{0, 1, 8, 1 << 31, 1<<40 + 5} {
		s := [8]uint64{2: bytes}
		if got := statusLayouts[openMPI].count(&s); got != int(bytes) {
			t.Errorf("Open MPI: %d, want %d", got, bytes)
		}
		for cancelled := range uint64(2) {
			s = [8]uint64{bytes&0xffffffff | cancelled<<32 | bytes>>32<<33}
			if got := statusLayouts[mpich].count(&s); got != int(bytes) {
				t.Errorf("MPICH: %d, want %d", got, bytes)
			}
		}
	}
}

// The launcher decides which libraries are tried, and in which order.
func TestCandidates(t *testing.T) {
	for _, tc := range []struct {
		env   map[string]string
		first string
		ranks int
	}{
		{map[string]string{"OMPI_COMM_WORLD_SIZE": "4"}, "libmpi.so.40", 4},
		{map[string]string{"PMI_SIZE": "3"}, "libmpi.so.12", 3},
		{map[string]string{"PMI_SIZE": "3", "HYDI_CONTROL_FD": "8", "SLURM_JOB_ID": "7"}, "libmpi.so.12", 3},
		{map[string]string{"PMI_SIZE": "3", "MPI_LOCALNRANKS": "3", "SLURM_JOB_ID": "7", "SLURM_STEP_NUM_TASKS": "1"}, "libmpi.so.12", 3},
		{map[string]string{"SLURM_STEP_NUM_TASKS": "2", "PMI_SIZE": "2", "SLURM_JOB_ID": "7"}, "libmpi_abi.so.1", 2},
		{nil, "libmpi_abi.so.1", 0},
	} {
		l := findLauncher(func(name string) string { return tc.env[name] })
		if got := candidates(l, "linux")[0]; got != tc.first || l.ranks != tc.ranks {
			t.Errorf("%v: %s and %d ranks, want %s and %d", tc.env, got, l.ranks, tc.first, tc.ranks)
		}
		if got := candidates(l, "darwin")[0]; !strings.HasSuffix(got, ".dylib") {
			t.Errorf("macOS: %s", got)
		}
	}
}

// How many ranks share a machine is what each launcher says in its own way.
func TestRanksOfThisMachine(t *testing.T) {
	for _, tc := range []struct {
		env  map[string]string
		want int
	}{
		{map[string]string{"OMPI_COMM_WORLD_SIZE": "4", "OMPI_COMM_WORLD_LOCAL_SIZE": "3"}, 3},
		{map[string]string{"PMI_SIZE": "4", "MPI_LOCALNRANKS": "2"}, 2},
		{map[string]string{"SLURM_STEP_NUM_TASKS": "8", "SLURM_STEP_TASKS_PER_NODE": "4(x2)"}, 4},
		{map[string]string{"PMI_SIZE": "4"}, 0},
		{nil, 0},
	} {
		l := findLauncher(func(name string) string { return tc.env[name] })
		if l.local != tc.want {
			t.Errorf("%v: %d, want %d", tc.env, l.local, tc.want)
		}
		if l.local = runtime.NumCPU(); l.crowded() {
			t.Error("crowded with a processor for each rank")
		}
		if l.local++; !l.crowded() {
			t.Error("not crowded with more ranks than processors")
		}
	}
}

// Without a library it is said what to install, and what was looked for; what is no MPI library is named.
func TestLoadWithoutLibrary(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the library names are Linux's")
	}
	for _, tc := range []struct {
		launcher string
		names    []string
		want     string
	}{
		{"", []string{"libnone.so.1"}, "no MPI library: install one (apt-get install openmpi-bin"},
		{"Open MPI's mpirun", []string{"libnone.so.1", "libnone.so.2"}, "no MPI library for Open MPI's mpirun: install one"},
		{"", []string{"libnone.so.1", "libnone.so.2"}, "looked for libnone.so.1, libnone.so.2"},
		{"", []string{"libnone.so.1", "libm.so.6"}, "libm.so.6 is no MPI library: it has no MPI_Init_thread"},
	} {
		err := loadFirst(tc.names, launcher{name: tc.launcher})
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%v: got %v, want %q", tc.names, err, tc.want)
		}
	}
}

// What libraries say in several lines becomes one sentence.
func TestOneLine(t *testing.T) {
	for text, want := range map[string]string{
		"MPI_ERR_RANK: invalid rank": "invalid rank",
		"Invalid rank, error stack:\ninternal_Send(123): MPI_Send failed\ninternal_Send(78): Invalid rank has value 9": "Invalid rank has value 9",
		"Message truncated": "Message truncated",
		"":                  "",
	} {
		if got := oneLine(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// Whatever a library says, it becomes one line.
func FuzzOneLine(f *testing.F) {
	f.Add("Invalid rank, error stack:\ninternal_Send(78): Invalid rank has value 9\x00\x00")
	f.Add("MPI_ERR_")
	f.Fuzz(func(t *testing.T, text string) {
		if got := oneLine(text); strings.Contains(got, "\n") || len(got) > len(text) {
			t.Errorf("%q: got %q", text, got)
		}
	})
}
