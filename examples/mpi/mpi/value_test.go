package mpi

import (
	"bytes"
	"encoding/gob"
	"testing"
)

// Bytes that are no value are an error, and no panic.
func FuzzDecode(f *testing.F) {
	type pair struct {
		Name string
		X    []float64
	}
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(map[string]pair{"a": {"p", []float64{1, 2}}}); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := decode[map[string]pair]("", data); err == nil && len(data) == 0 {
			t.Error("nothing was decoded without an error")
		}
	})
}
