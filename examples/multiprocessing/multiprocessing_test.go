package main

import (
	"io"
	"os"
	"testing"
	"time"

	"example.com/lockstep/examples/hello/lockstep"
)

// TestWorkerKilled holds that the pool by hand does not wait for a worker that is dead.
func TestWorkerKilled(t *testing.T) {
	for name, exchange := range map[string]func(io.WriteCloser, io.Reader, int, int) (int64, error){
		"sendThenRead": sendThenRead, "readWhileSending": readWhileSending,
	} {
		t.Run(name, func(t *testing.T) {
			workerIn, tasks, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			answers, workerOut, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			worker, err := lockstep.Start("worker", "echo", workerIn, workerOut)
			if err != nil {
				t.Fatal(err)
			}
			workerIn.Close()
			workerOut.Close()
			worker.Kill() // it says that it was killed
			ended := make(chan error, 1)
			go func() {
				_, err := exchange(tasks, answers, 1000, taskSize)
				ended <- err
			}()
			select {
			case err := <-ended:
				if err == nil {
					t.Error("1000 tasks were sent to a worker that is dead, and there was no error")
				}
			case <-time.After(20 * time.Second):
				t.Fatal("waits for a worker that is dead")
			}
		})
	}
}
