package script

import (
	"fmt"
	"os"
	"strings"

	"example.com/lockstep/examples/hello/lockstep"
	"golang.org/x/sys/unix"
)

// moreFacts says what only Linux shows.
func moreFacts() {
	fd, err := unix.MemfdCreate("facts", 0)
	lockstep.Say("memfd_create: %v", err)
	unix.Close(fd)
	fd, err = unix.PidfdOpen(os.Getpid(), 0)
	lockstep.Say("pidfd_open: %v", err)
	unix.Close(fd)
	for i := range 3 {
		name, _ := os.Readlink(fmt.Sprintf("/proc/self/fd/%d", i))
		mode, _ := unix.FcntlInt(uintptr(i), unix.F_GETFL, 0)
		lockstep.Say("descriptor %d: %s, %d", i, name, mode&unix.O_ACCMODE)
	}
	status, _ := os.ReadFile("/proc/self/status")
	for _, line := range strings.Split(string(status), "\n") {
		if name, value, _ := strings.Cut(line, ":\t"); name == "SigIgn" || name == "SigBlk" || name == "CapEff" {
			lockstep.Say("%s %s", name, value)
		}
	}
	var limit unix.Rlimit
	unix.Getrlimit(unix.RLIMIT_NPROC, &limit)
	lockstep.Say("%d threads allowed", limit.Cur)
	unix.Getrlimit(unix.RLIMIT_NOFILE, &limit)
	lockstep.Say("%d descriptors allowed", limit.Cur)
}

func privateMemory() bool { return needMounts() == nil }

// conditionsHold says which fact shows that a condition holds.
var conditionsHold = map[string]string{
	"stdin closed":                 "descriptor 0: /dev/null, 2",
	"stderr closed":                "descriptor 2: /dev/null, 2",
	"few descriptors, 10":          "10 descriptors allowed",
	"few descriptors, 20":          "20 descriptors allowed",
	"signals ignored":              "SigIgn 0000000000000003", // Go handles the others, ignored or not
	"signals blocked":              "SigBlk 0000000000001000", // and unblocks them
	"TMPDIR missing":               "temporary file: no such file or directory",
	"TMPDIR a file":                "temporary file: not a directory",
	"TMPDIR read-only":             "temporary file: read-only file system",
	"TMPDIR long":                  "uid .*, TMPDIR of [89][0-9]{2} bytes",
	"no proc":                      "0 processes",
	"memfd_create refused, EPERM":  "memfd_create: operation not permitted",
	"memfd_create refused, ENOSYS": "memfd_create: function not implemented",
	"pidfd_open refused, EPERM":    "pidfd_open: operation not permitted",
	"pidfd_open refused, ENOSYS":   "pidfd_open: function not implemented",
	"not root":                     "uid [1-9][0-9]{6}, .*",
	"few processes":                "10 threads allowed",
}
