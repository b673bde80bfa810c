package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// keepRole is the argument that makes this program the keeper of a server's folder.
const keepRole = "keep"

// A folder has a folder for each run. A process of its own keeps it, and removes it when the server has ended: by itself
// or by a kill.
type folder struct {
	path   string
	count  atomic.Int64
	stdin  io.Closer
	keeper *exec.Cmd
	closed sync.Once
}

func newFolder() (*folder, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	f := &folder{keeper: exec.Command(self, keepRole)}
	if f.stdin, err = f.keeper.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := f.keeper.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := f.keeper.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		f.close()
		return nil, fmt.Errorf("there is no folder for what runs: %w", err)
	}
	f.path = strings.TrimSuffix(line, "\n")
	return f, nil
}

// make returns a new folder in this one.
func (f *folder) make() (string, error) {
	dir := filepath.Join(f.path, strconv.FormatInt(f.count.Add(1), 10))
	return dir, os.Mkdir(dir, 0o700)
}

// close removes the folder.
func (f *folder) close() {
	f.closed.Do(func() {
		f.stdin.Close()
		f.keeper.Wait()
	})
}

// keep makes a folder, prints its path, and removes it at the end of standard input. Supervisors may still be ending
// what runs in it, which may still write.
func keep() int {
	signal.Notify(make(chan os.Signal, 1), os.Interrupt, syscall.SIGTERM) // Ctrl-C is for the server, which ends this
	dir, err := os.MkdirTemp("", "lockstep-live")
	if err != nil {
		fmt.Fprintln(os.Stderr, "live:", err)
		return 1
	}
	fmt.Println(dir)
	io.Copy(io.Discard, os.Stdin)
	for end := time.Now().Add(10 * time.Second); os.RemoveAll(dir) != nil && time.Now().Before(end); {
		time.Sleep(10 * time.Millisecond)
	}
	return 0
}
