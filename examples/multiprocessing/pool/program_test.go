//go:build unix

package pool_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"example.com/lockstep/examples/multiprocessing/pool"
)

// ownSize returns how long the file is that its worker was started from.
var ownSize = pool.Func("ownSize", func(context.Context, struct{}) (int64, error) {
	path := "/proc/self/exe"
	if runtime.GOOS != "linux" {
		var err error
		if path, err = os.Executable(); err != nil {
			return 0, err
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
})

func init() {
	for _, what := range []string{"replaced", "replaced by name", "removed", "removed by name"} {
		otherParents[what] = parentWhoseFileGoes
	}
}

// parentWhoseFileGoes loses its worker after its file has been replaced or removed.
func parentWhoseFileGoes(what string) {
	options := []pool.Option{pool.Workers(1), pool.Output(nil, io.Discard)}
	if strings.HasSuffix(what, "by name") {
		options = append(options, pool.ByName)
	}
	p, err := pool.New(context.Background(), options...)
	if err != nil {
		fmt.Println("new:", err)
		os.Exit(1)
	}
	fmt.Println(ownSize.Call(context.Background(), p, struct{}{}))
	self, err := os.Executable()
	if err == nil && strings.HasPrefix(what, "removed") {
		err = os.Remove(self)
	} else if err == nil {
		err = os.Rename(self+".new", self)
	}
	fmt.Println(err)
	exit.Call(context.Background(), p, 1)
	fmt.Println(ownSize.Call(context.Background(), p, struct{}{}))
	p.Close()
	os.Exit(0)
}

// A worker that replaces another is the same program, or none.
func TestTheProgramsFileGoes(t *testing.T) {
	self, err := os.Executable()
	check(t, err)
	text, err := os.ReadFile(self)
	check(t, err)
	size := fmt.Sprintf("%d <nil>", len(text))
	for what, want := range map[string]string{
		"replaced": size, "removed": size,
		"replaced by name": pool.ErrReplaced.Error(), "removed by name": "no such file or directory",
	} {
		t.Run(what, func(t *testing.T) {
			if runtime.GOOS != "linux" && !strings.HasSuffix(what, "by name") {
				t.Skip("only Linux has a path to the file a process was started from")
			}
			program := filepath.Join(t.TempDir(), "program")
			writeProgram(t, program, text)
			writeProgram(t, program+".new", append(text[:len(text):len(text)], "another build"...))
			out, err := exec.Command(program, "parent", what).Output()
			lines := strings.Split(string(out), "\n")
			if err != nil || len(lines) != 4 || lines[0] != size || lines[1] != "<nil>" || !strings.Contains(lines[2], want) {
				t.Errorf("%v: %q, want %q and then %q", err, lines, size, want)
			}
		})
	}
}
