package main

import (
	"bytes"
	"compress/gzip"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
)

// A page gets little more by being served live.
func TestScriptIsSmall(t *testing.T) {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	w.Write(small(script, api.LoaderJS))
	w.Close()
	t.Logf("%d bytes", b.Len())
	if b.Len() > 5<<10 {
		t.Errorf("live.js has %d bytes compressed, want at most %d", b.Len(), 5<<10)
	}
}
