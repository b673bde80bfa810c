//go:build unix

package main

import (
	"crypto/rand"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"example.com/lockstep/examples/hello/lockstep"
)

// runFIFO lets a producer send items to a consumer through a pipe that was opened by its name.
func runFIFO(f *lockstep.Flags) {
	n := f.Number("n", 3, 1, 1000, "how many items")
	f.Parse()
	release := holdSignals()
	r, w, err := openFIFO(filepath.Join(os.TempDir(), "lockstep-"+rand.Text()))
	release()
	lockstep.Check(err)
	producer, consumer, err := startPair(r, w)
	lockstep.Check(err)
	sendItems(producer, *n)
	lockstep.Check(endPair(producer, consumer))
}

// openFIFO makes a pipe with a name, opens both of its ends by that name, and removes the name: what
// has no name cannot be left behind.
func openFIFO(path string) (r, w *os.File, err error) {
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		return nil, nil, &os.PathError{Op: "mkfifo", Path: path, Err: err}
	}
	defer os.Remove(path)
	// With O_NONBLOCK this does not wait until somebody opens the other end: that will be us.
	r, err = os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, nil, err
	}
	w, err = os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		r.Close()
	}
	return r, w, err
}

// holdSignals lets a signal wait that would end this process, until release is called.
func holdSignals() (release func()) {
	signals := make(chan os.Signal, 1)
	for _, sig := range []os.Signal{os.Interrupt, syscall.SIGHUP, syscall.SIGTERM} {
		if !signal.Ignored(sig) { // as under nohup
			signal.Notify(signals, sig)
		}
	}
	return func() {
		go func() {
			sig := <-signals
			signal.Reset(sig)
			syscall.Kill(os.Getpid(), sig.(syscall.Signal))
		}()
	}
}
