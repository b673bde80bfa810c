package main

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/evanw/esbuild/pkg/api"
)

//go:embed live.js
var script string

//go:embed live.css
var style string

// small returns a script or a style sheet without what only its reader needs.
func small(text string, kind api.Loader) []byte {
	r := api.Transform(text, api.TransformOptions{Loader: kind, MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true})
	if len(r.Errors) > 0 {
		return []byte(text)
	}
	return r.Code
}

// tokenHeader names the header that a request which acts must carry. No form and no other site's script can send it.
const tokenHeader = "Lockstep-Token"

// maxBody bounds what a request may say.
const maxBody = 64 << 10

// A server is the book with Run, Stop and Check.
type server struct {
	root     string
	token    string
	testdata *os.Root // what phases may be read from
	hosts    map[string]bool
	routes   map[string]route
	guarded  http.Handler
	builds   builds
	folder   *folder

	ctx    context.Context // ends with the server
	cancel context.CancelFunc

	turn    chan struct{} // holds a token while nothing runs: one run at a time
	mu      sync.Mutex
	running context.CancelFunc // ends what runs; guarded by mu
	ending  context.Context    // is over when that is being stopped; guarded by mu
	ended   chan struct{}      // is closed when that has ended; guarded by mu
}

// A route is one address of the server's own. One that acts answers to POST with the token, and to nothing else.
type route struct {
	acts  bool
	serve http.HandlerFunc
}

func newServer(root string, book *url.URL, port int) (*server, error) {
	testdata, err := os.OpenRoot(root + "/testdata")
	if err != nil {
		return nil, err
	}
	s := &server{root: root, token: rand.Text(), testdata: testdata, turn: make(chan struct{}, 1), hosts: map[string]bool{}}
	s.turn <- struct{}{}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	for _, name := range []string{"127.0.0.1", "localhost"} {
		s.hosts[name+":"+strconv.Itoa(port)] = true
	}
	if s.builds, err = newBuilds(root); err != nil {
		return nil, err
	}
	if s.folder, err = newFolder(); err != nil {
		return nil, err
	}
	s.routes = map[string]route{
		"/-/live.js":  {false, asset("text/javascript; charset=utf-8", small(script, api.LoaderJS))},
		"/-/live.css": {false, asset("text/css; charset=utf-8", small(style, api.LoaderCSS))},
		"/-/phases":   {true, s.phases},
		"/-/run":      {true, s.run},
		"/-/check":    {true, s.check},
		"/-/exercise": {true, s.exercise},
		"/-/stop":     {true, s.stop},
	}
	mux := http.NewServeMux()
	for path, r := range s.routes {
		mux.HandleFunc(path, s.guard(r))
	}
	pages := bookProxy(book)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			refuse(w, http.StatusMethodNotAllowed, "a page can be read, and nothing else")
			return
		}
		pages.ServeHTTP(w, r)
	})
	s.guarded = http.NewCrossOriginProtection().Handler(mux)
	return s, nil
}

// ServeHTTP answers those only who call this server by a name of this machine: a page of another site whose name has
// been made to lead here (DNS rebinding) sends its own.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Security-Policy", "frame-ancestors 'none'")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	if !s.hosts[r.Host] {
		refuse(w, http.StatusMisdirectedRequest, "this server is called 127.0.0.1, not "+strconv.Quote(r.Host))
		return
	}
	s.guarded.ServeHTTP(w, r)
}

func (s *server) guard(to route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		method, token := http.MethodGet, s.token
		if to.acts {
			method, token = http.MethodPost, r.Header.Get(tokenHeader)
		}
		switch {
		case r.Method != method:
			refuse(w, http.StatusMethodNotAllowed, "want the method "+method)
		case subtle.ConstantTimeCompare([]byte(token), []byte(s.token)) != 1:
			refuse(w, http.StatusForbidden, "this tab is not the notebook's, or is of an earlier start of it: open the link that go tool live has printed")
		default:
			r.Body = http.MaxBytesReader(w, r.Body, maxBody)
			to.serve(w, r)
		}
	}
}

// close ends what runs, and waits for it.
func (s *server) close() {
	s.cancel()
	s.stopRunning()
	s.testdata.Close()
	s.folder.close()
}

func asset(kind string, text []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.Write(text)
	}
}

// refuse answers with a sentence.
func refuse(w http.ResponseWriter, code int, sentence string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	json.NewEncoder(w).Encode(map[string]string{"error": sentence})
}

// asked reads a request's body into what, or answers that it cannot.
func asked(w http.ResponseWriter, r *http.Request, what any) bool {
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	err := decoder.Decode(what)
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		refuse(w, http.StatusRequestEntityTooLarge, fmt.Sprintf("a request has at most %d bytes", maxBody))
	case err != nil:
		refuse(w, http.StatusBadRequest, "this is no request: "+err.Error())
	}
	return err == nil
}

// A stream answers a request with a line of JSON for each event.
type stream struct {
	w     http.ResponseWriter
	flush func() error
}

func newStream(w http.ResponseWriter) stream {
	w.Header().Set("Content-Type", "application/x-ndjson")
	return stream{w, http.NewResponseController(w).Flush}
}

// send sends events. An error means that the page is gone, which the request's context tells as well.
func (s stream) send(events ...event) {
	encoder := json.NewEncoder(s.w)
	for _, e := range events {
		encoder.Encode(e)
	}
	s.flush()
}

// turnBack is how long a run that has told its end may take to give its turn back.
const turnBack = 300 * time.Millisecond

// takeTurn makes the caller the only one that runs something, until done is called. Unless it is to wait, it waits for
// nothing but the end of what is being stopped. The context ends when the page has gone, somebody has asked for a stop,
// or the server ends.
func (s *server) takeTurn(r *http.Request, wait bool) (ctx context.Context, done func(), ok bool) {
	s.mu.Lock()
	wait = wait || s.ending != nil && s.ending.Err() != nil
	s.mu.Unlock()
	if wait {
		select {
		case <-s.turn:
		case <-r.Context().Done():
			return nil, nil, false
		case <-s.ctx.Done():
			return nil, nil, false
		}
	} else {
		select {
		case <-s.turn:
		case <-time.After(turnBack):
			return nil, nil, false
		}
	}
	ctx, cancel := context.WithCancel(r.Context())
	stopWith := context.AfterFunc(s.ctx, cancel)
	ended := make(chan struct{})
	s.mu.Lock()
	s.running, s.ending, s.ended = cancel, ctx, ended
	s.mu.Unlock()
	return ctx, func() {
		stopWith()
		cancel()
		s.mu.Lock()
		s.running, s.ending, s.ended = nil, nil, nil
		s.turn <- struct{}{}
		s.mu.Unlock()
		close(ended)
	}, true
}

// stopRunning ends what runs and returns when none of its processes is left. It reports whether there was anything.
func (s *server) stopRunning() bool {
	s.mu.Lock()
	cancel, ended := s.running, s.ended
	s.mu.Unlock()
	if cancel == nil {
		return false
	}
	cancel()
	<-ended
	return true
}

// stop answers when nothing of what ran is left.
func (s *server) stop(w http.ResponseWriter, r *http.Request) {
	if !asked(w, r, &struct{}{}) {
		return
	}
	start := time.Now()
	stopped := s.stopRunning()
	json.NewEncoder(w).Encode(map[string]any{"stopped": stopped, "ms": time.Since(start).Milliseconds()})
}
