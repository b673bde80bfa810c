package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"
)

// check runs the test of one script: for phases that do more than run a program.
func (s *server) check(w http.ResponseWriter, r *http.Request) {
	var id phaseID
	if !asked(w, r, &id) {
		return
	}
	p, err := s.phase(id)
	if err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	ctx, done, ok := s.takeTurn(r, false)
	if !ok {
		newStream(w).send(event{Kind: "busy"})
		return
	}
	defer done()
	name := strings.TrimSuffix(filepath.Base(id.Script), ".txtar")
	run := "^TestScripts$/^" + name + "$"
	if p.concept == "mpi" { // there, a script runs once under each launcher
		run = "^TestScripts$//^" + name + "$"
	}
	s.test(ctx, newStream(w), "./examples/"+p.concept, "-run", run)
}

var conceptName = regexp.MustCompile(`^[a-z]+$`)

// exercise runs the check of an exercise, and again whenever its file is saved, until the page goes.
func (s *server) exercise(w http.ResponseWriter, r *http.Request) {
	var request struct {
		Concept string `json:"concept"`
	}
	if !asked(w, r, &request) {
		return
	}
	pkg := "./examples/" + request.Concept + "/exercise"
	folder := filepath.Join(s.root, filepath.FromSlash(pkg))
	if _, err := os.Stat(filepath.Join(folder, "exercise.go")); !conceptName.MatchString(request.Concept) || err != nil {
		refuse(w, http.StatusBadRequest, fmt.Sprintf("%q has no exercise", request.Concept))
		return
	}
	saved, err := fsnotify.NewWatcher()
	if err == nil {
		defer saved.Close()
		err = saved.Add(folder)
	}
	if err != nil {
		refuse(w, http.StatusInternalServerError, "the exercise's file cannot be followed: "+err.Error())
		return
	}
	saves := make(chan struct{}, 1) // holds one while something is saved that has not been checked
	go func() {
		defer close(saves)
		for nextSave(r.Context(), s.ctx, saved, "exercise.go") {
			select {
			case saves <- struct{}{}:
			default:
			}
		}
	}()
	out := newStream(w)
	for round := 0; ; round++ {
		ctx, done, ok := s.takeTurn(r, round > 0)
		if !ok {
			out.send(event{Kind: "busy"})
			return
		}
		again := s.testUntil(ctx, out, pkg, saves)
		stopped := ctx.Err() != nil
		done()
		if stopped {
			return
		}
		if again {
			continue
		}
		out.send(event{Kind: "waiting"})
		if _, follows := <-saves; !follows {
			return
		}
	}
}

// testUntil runs go test on a package. A save ends it, for it tests what is no longer there: then it reports true.
func (s *server) testUntil(ctx context.Context, out stream, pkg string, saves <-chan struct{}) (saved bool) {
	ctx, end := context.WithCancel(ctx)
	defer end()
	tested := make(chan struct{})
	go func() {
		s.test(ctx, out, pkg)
		close(tested)
	}()
	select {
	case <-tested:
		return false
	case _, follows := <-saves:
		end()
		<-tested
		return follows
	}
}

// nextSave waits until the named file has been written and then left alone for a moment: editors write in steps.
func nextSave(page, server context.Context, saved *fsnotify.Watcher, name string) bool {
	var quiet <-chan time.Time
	for {
		select {
		case e := <-saved.Events:
			if filepath.Base(e.Name) == name && !e.Has(fsnotify.Chmod) {
				quiet = time.After(100 * time.Millisecond)
			}
		case <-quiet:
			return true
		case <-saved.Errors:
		case <-page.Done():
			return false
		case <-server.Done():
			return false
		}
	}
}

// test runs go test on a package, and reports what it prints and what comes of it.
func (s *server) test(ctx context.Context, out stream, pkg string, args ...string) {
	dir, err := s.folder.make()
	if err != nil {
		out.send(event{Kind: "error", Text: err.Error()})
		return
	}
	defer os.RemoveAll(dir)
	t := task{Dir: s.root, Env: []string{mark + "=" + dir, "TMPDIR=" + dir},
		Args: append(append([]string{"go", "test", "-json", "-count=1"}, args...), pkg)}
	start := time.Now()
	out.send(event{Kind: "command", Text: strings.Join(append(append([]string{"go", "test"}, args...), pkg), " ")})
	run, err := startSupervised(ctx, t)
	if err != nil {
		out.send(event{Kind: "error", Text: err.Error()})
		return
	}
	stop := context.AfterFunc(ctx, func() { run.lifeline.Close() })
	defer stop()
	verdict, shownLines := "fail", 0
	var mu sync.Mutex
	say := func(text string) {
		mu.Lock()
		defer mu.Unlock()
		if shownLines++; shownLines <= maxLines {
			out.send(event{Kind: "output", Text: text, At: milliseconds(time.Since(start))})
		}
	}
	var errors sync.WaitGroup
	errors.Go(func() {
		for lines := bufio.NewScanner(run.stderr); lines.Scan(); {
			say(lines.Text())
		}
		io.Copy(io.Discard, run.stderr)
	})
	skipped, ran, environment := "", 0, false
	for lines := bufio.NewReader(run.stdout); ; {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			break
		}
		var e struct{ Action, Test, Output string }
		if json.Unmarshal(line, &e) != nil {
			say(strings.TrimRight(string(line), "\n"))
			continue
		}
		text := strings.TrimRight(e.Output, "\n")
		environment = strings.TrimSpace(text) != "" && (environment || environmentOf.MatchString(text))
		switch {
		case environment && e.Action == "output":
		case e.Action == "build-output" || e.Action == "output" && !framing.MatchString(text):
			if text != "" {
				say(text)
			}
		case e.Action == "skip" && e.Test != "":
			skipped = e.Test
		case e.Action == "pass" && e.Test != "":
			ran++
		}
		if e.Test == "" && (e.Action == "pass" || e.Action == "fail" || e.Action == "skip") {
			verdict = e.Action
		}
	}
	errors.Wait()
	run.end()
	if ctx.Err() != nil {
		return
	}
	if verdict == "pass" && (skipped != "" || ran == 0) {
		verdict = "skip"
	}
	out.send(event{Kind: "end", Verdict: verdict, At: milliseconds(time.Since(start))})
}

// environmentOf matches the first line of a script's environment, which an empty line ends.
var environmentOf = regexp.MustCompile(`^\s*testscript\.go:\d+: WORK=`)

// framing matches what go test prints around a test's own output, but for the last line: ok or FAIL and the package.
var framing = regexp.MustCompile(`^\s*(=== |--- (PASS|FAIL|SKIP)|(PASS|FAIL)$|exit status )`)
