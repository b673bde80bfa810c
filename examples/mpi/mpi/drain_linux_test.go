package mpi

import (
	"io"
	"os"
	"testing"
	"time"
)

func TestDrain(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if _, err := w.WriteString("output"); err != nil {
		t.Fatal(err)
	}
	if got := drain(time.Millisecond, w); got != len("output") {
		t.Errorf("nobody reads: %d bytes left, want %d", got, len("output"))
	}
	drained := make(chan int)
	go func() { drained <- drain(time.Minute, w, w) }()
	if _, err := io.ReadFull(r, make([]byte, len("output"))); err != nil {
		t.Fatal(err)
	}
	if got := <-drained; got != 0 {
		t.Errorf("all was read: %d bytes left", got)
	}
	if _, err := w.WriteString("more"); err != nil {
		t.Fatal(err)
	}
	r.Close()
	if got := drain(time.Minute, w); got != 0 {
		t.Errorf("nobody can read: %d bytes left", got)
	}
	file, err := os.Create(t.TempDir() + "/file")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if got := drain(time.Minute, file); got != 0 {
		t.Errorf("no pipe: %d bytes left", got)
	}
}
