package main

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Every route of the server against every way to ask for it that is not the page's own. A route that is new is in this
// table by itself.
func TestNobodyElseIsServed(t *testing.T) {
	s, home, _ := odd(t)
	if len(s.routes) < 7 {
		t.Fatalf("%d routes", len(s.routes))
	}
	for path, to := range s.routes {
		own := http.MethodGet
		if to.acts {
			own = http.MethodPost
		}
		if to.acts != !slices.Contains([]string{"/-/live.js", "/-/live.css"}, path) {
			t.Errorf("%s acts: %v", path, to.acts)
		}
		ways := []struct {
			name   string
			change func(*http.Request)
			want   []int
		}{
			{"another host", func(r *http.Request) { r.Host = "evil.test" }, []int{http.StatusMisdirectedRequest}},
			{"another host with our port", func(r *http.Request) { r.Host = "evil.test:" + r.URL.Port() }, []int{http.StatusMisdirectedRequest}},
			{"our host with another port", func(r *http.Request) { r.Host = "127.0.0.1:1" }, []int{http.StatusMisdirectedRequest}},
			{"another origin", func(r *http.Request) {
				r.Header.Set("Origin", "http://evil.test")
				r.Header.Set("Sec-Fetch-Site", "cross-site")
			}, []int{http.StatusForbidden, http.StatusOK}},
			{"no token", func(r *http.Request) { r.Header.Del(tokenHeader) }, []int{http.StatusForbidden}},
			{"another token", func(r *http.Request) { r.Header.Set(tokenHeader, "x"+s.token[1:]) }, []int{http.StatusForbidden}},
			{"another method", func(r *http.Request) { r.Method = http.MethodPut }, []int{http.StatusMethodNotAllowed}},
			{"GET for what acts", func(r *http.Request) { r.Method = http.MethodGet; r.Body = nil; r.ContentLength = 0 }, []int{http.StatusMethodNotAllowed}},
			{"too much", func(r *http.Request) {
				body := []byte(`["` + strings.Repeat("x", maxBody) + `"]`)
				if path == "/-/stop" || path == "/-/exercise" || path == "/-/check" || path == "/-/run" {
					body = []byte(`{"` + strings.Repeat("x", maxBody) + `":1}`)
				}
				r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
			}, []int{http.StatusRequestEntityTooLarge, http.StatusBadRequest}},
			{"no JSON", func(r *http.Request) { r.Body, r.ContentLength = io.NopCloser(strings.NewReader("{")), 1 }, []int{http.StatusBadRequest}},
		}
		for _, way := range ways {
			if !to.acts && !strings.Contains(way.name, "host") && way.name != "another method" {
				continue // what does not act may be read by who can reach it
			}
			t.Run(path+" "+way.name, func(t *testing.T) {
				r, err := http.NewRequest(own, home+path, strings.NewReader("{}"))
				if err != nil {
					t.Fatal(err)
				}
				r.Header.Set(tokenHeader, s.token)
				way.change(r)
				response, err := http.DefaultClient.Do(r)
				if err != nil {
					t.Fatal(err)
				}
				defer response.Body.Close()
				answer, _ := io.ReadAll(response.Body)
				if !slices.Contains(way.want, response.StatusCode) || to.acts && response.StatusCode == http.StatusOK {
					t.Errorf("answered %d %s, want %v", response.StatusCode, answer, way.want)
				}
				if response.Header.Get("Content-Security-Policy") != "frame-ancestors 'none'" {
					t.Error("it can be framed")
				}
				if response.Header.Get("Access-Control-Allow-Origin") != "" {
					t.Error("another site may read it")
				}
			})
		}
	}
	if left := ofRuns(); len(left) > 0 {
		t.Errorf("something has run: %v", left)
	}
}

// A phase is named by its script and line, and by nothing else.
func TestNoOtherFileIsRead(t *testing.T) {
	s, home, phases := odd(t)
	outside := filepath.Join(t.TempDir(), "outside.txtar")
	plant(filepath.Dir(outside), "outside.txtar", "# Outside\nexec odd lanes\n")
	link := filepath.Join(s.root, "testdata/odd/link.txtar")
	if err := os.Symlink(outside, link); err != nil {
		t.Fatal(err)
	}
	defer os.Remove(link)
	for _, script := range []string{"../go.mod", "odd/../odd/odd.txtar", "/etc/passwd", "odd\\odd.txtar", "odd/odd.txtar\x00", "odd/none.txtar", "odd/link.txtar", "odd/odd", ""} {
		if status, lines := post(t, t.Context(), s, home+"/-/run", runOf(phaseID{script, 1})); status != http.StatusBadRequest {
			t.Errorf("%q: %d %v", script, status, lines)
		}
	}
	for _, concept := range []string{"../odd", "odd/exercise", "", "nothing"} {
		if status, lines := post(t, t.Context(), s, home+"/-/exercise", map[string]any{"concept": concept}); status != http.StatusBadRequest {
			t.Errorf("%q: %d %v", concept, status, lines)
		}
	}
	for _, wrong := range []map[string]any{runOf(phases["lanes"], "flags", strings.Repeat("x", 1001)), runOf(phases["lanes"], "scale", 65), runOf(phases["lanes"], "scale", -1), runOf(phases["check"]), {"runs": []any{}}, {"program": "sh"}} {
		if status, lines := post(t, t.Context(), s, home+"/-/run", wrong); status != http.StatusBadRequest {
			t.Errorf("%v: %d %v", wrong, status, lines)
		}
	}
}
