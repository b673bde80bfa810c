package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"example.com/lockstep/examples/hello/contract"
	"example.com/lockstep/examples/mpi/launch"
)

// A run shows at most that much. What is over that is not shown and not judged, and the program is stopped.
const (
	maxLines = 5000
	maxBytes = 1 << 20
)

var maxTime = time.Minute

// A phaseID names one phase of a script, such as bank/lostupdate.txtar, line 5.
type phaseID struct {
	Script string `json:"script"`
	Line   int    `json:"line"`
}

var scriptName = regexp.MustCompile(`^[a-z]+/[a-z0-9-]+\.txtar$`)

// A phase is what one transcript shows.
type phase struct {
	id      phaseID
	concept string
	script  *contract.Script
	claim   string
	runs    []contract.Run
	why     string // why it is no run, and only its test can tell
}

// phase reads a phase from its script, as the script is now.
func (s *server) phase(id phaseID) (*phase, error) {
	if !scriptName.MatchString(id.Script) {
		return nil, fmt.Errorf("%q is no script of the book", id.Script)
	}
	text, err := s.testdata.ReadFile(id.Script)
	if err != nil {
		return nil, err
	}
	script := contract.Parse(text)
	at := slices.IndexFunc(script.Phases, func(p contract.Phase) bool { return p.Line == id.Line })
	if at < 0 {
		return nil, fmt.Errorf("%s has no phase at line %d: the page is older than the script", id.Script, id.Line)
	}
	p := &phase{id: id, concept: filepath.Dir(id.Script), script: script, claim: script.Phases[at].Claim}
	p.runs, err = script.Runs(script.Phases[at])
	if err == nil {
		err = p.runnable(script.Phases[:at])
	}
	if err != nil {
		p.why = err.Error()
	}
	return p, nil
}

var outputFlag = regexp.MustCompile(`^-(out|dir)$`)

// runnable returns nil if each run of the phase is a program of the book, alone or under mpirun, and needs nothing that
// an earlier phase has made.
func (p *phase) runnable(before []contract.Phase) error {
	for _, r := range p.runs {
		if _, err := p.plan(r); err != nil {
			return err
		}
		for _, need := range r.Needs {
			if !slices.Contains([]string{"linux", "unix", "darwin", "windows", "mpi", "openmpi", "mpich"}, need) {
				return fmt.Errorf("it needs %s", need)
			}
		}
		for _, arg := range r.Args[1:] {
			if strings.Contains(arg, "$") && !strings.HasPrefix(arg, "$ROOT") && !strings.HasPrefix(arg, "$WORK/") {
				return fmt.Errorf("it needs the script's variable %s", arg)
			}
			for _, earlier := range before {
				for _, c := range earlier.Commands {
					_, given := p.script.Section(arg)
					if at := slices.Index(c.Args, arg); at > 0 && !given && (outputFlag.MatchString(c.Args[at-1]) || slices.Contains([]string{"cp", "mkdir"}, c.Args[0])) {
						return fmt.Errorf("it needs %s, which an earlier part of the script has made", arg)
					}
				}
			}
		}
	}
	return nil
}

// A plan is how a run is started.
type plan struct {
	pkg   string // the package of the program
	race  bool
	ranks []string // mpirun's own arguments, or nil
	args  []string // the program's arguments
}

func (p *phase) plan(r contract.Run) (plan, error) {
	own := "./examples/" + p.concept
	switch args := r.Args; {
	case args[0] == p.concept:
		return plan{pkg: own, args: args[1:]}, nil
	case args[0] == "mpirun" && slices.Contains(args, p.concept):
		at := slices.Index(args, p.concept)
		if at == 3 && args[1] == "-n" {
			return plan{pkg: own, ranks: args[1:at], args: args[at+1:]}, nil
		}
	case len(args) > 4 && slices.Equal(args[:4], []string{"go", "run", "-C", "$ROOT"}):
		rest, race := args[4:], false
		if rest[0] == "-race" {
			rest, race = rest[1:], true
		}
		if packagePath.MatchString(rest[0]) {
			return plan{pkg: rest[0], race: race, args: rest[1:]}, nil
		}
	}
	return plan{}, fmt.Errorf("it is no run of %s alone", p.concept)
}

// typed is how a reader starts the program.
func (p plan) typed() string {
	name := path.Base(p.pkg)
	switch {
	case p.ranks != nil:
		return "mpirun " + strings.Join(p.ranks, " ") + " " + name
	case p.race:
		return "go run -race " + p.pkg
	case path.Dir(p.pkg) != "./examples" && path.Dir(p.pkg) != "examples":
		return "go run " + p.pkg
	default:
		return name
	}
}

func (p *phase) broken() bool { return strings.HasPrefix(p.claim, "Broken: ") }

// mends tells whether this phase shows a repair of what a broken one before it on the page shows: it says so itself, and
// nothing of another script is broken in between, or its command is the same with a switch that is on, or with -fix.
func (p *phase) mends(broken *phase, between bool) bool {
	if p.why != "" || p.broken() {
		return false
	}
	same := p.id.Script == broken.id.Script
	if strings.HasPrefix(p.claim, "Fixed: ") {
		return same || !between
	}
	if !same || len(p.runs) != 1 || len(broken.runs) != 1 {
		return false
	}
	args, more := p.runs[0].Args, len(broken.runs[0].Args)
	if len(args) <= more || !slices.Equal(args[:more], broken.runs[0].Args) {
		return false
	}
	return len(args) == more+1 && strings.HasPrefix(args[more], "-") || args[more] == "-fix"
}

// An offer is what the page may offer with a transcript.
type offer struct {
	Kind     string   `json:"kind"`            // run, check, or none
	Why      string   `json:"why,omitempty"`   // why not run, or why none
	Flags    string   `json:"flags,omitempty"` // as they are typed; a single run's
	Program  string   `json:"program,omitempty"`
	Editable bool     `json:"editable,omitempty"`
	Fixed    int      `json:"fixed,omitempty"`    // how many transcripts further on the page this broken one is mended
	Promises []string `json:"promises,omitempty"` // in words
}

// phases answers what can be done with each of a page's transcripts.
func (s *server) phases(w http.ResponseWriter, r *http.Request) {
	var ids []phaseID
	if !asked(w, r, &ids) {
		return
	}
	offers, broken := []offer{}, map[int]*phase{}
	for i, id := range ids {
		p, err := s.phase(id)
		for at, b := range broken {
			between := false
			for k, other := range broken {
				between = between || k > at && other.id.Script != b.id.Script
			}
			if err == nil && offers[at].Fixed == 0 && p.concept == b.concept && p.mends(b, between) {
				offers[at].Fixed = i - at
			}
		}
		switch {
		case err != nil:
			offers = append(offers, offer{Kind: "none", Why: err.Error()})
		case p.why != "":
			offers = append(offers, offer{Kind: "check", Why: p.why})
		default:
			o := offer{Kind: "run"}
			if p.broken() {
				broken[i] = p
			}
			if len(p.runs) == 1 {
				first, _ := p.plan(p.runs[0])
				o.Editable, o.Program, o.Flags = true, first.typed(), quote(first.args)
			}
			for _, run := range p.runs {
				for _, promise := range run.Promises {
					name, means := label(promise)
					if both := name + " (" + means + ")"; !slices.Contains(o.Promises, both) {
						o.Promises = append(o.Promises, both)
					}
				}
				if len(run.Promises) == 0 || run.Exit != 0 {
					o.Promises = append(o.Promises, fmt.Sprintf("exit status %d (as recorded)", run.Exit))
				}
			}
			offers = append(offers, o)
		}
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(offers)
}

// label returns a promise's name, as the pages have it, and what it means.
func label(p contract.Promise) (name, means string) {
	switch p.Verb {
	case "lanes":
		if slices.ContainsFunc(contract.Lines(p.Want), func(line string) bool { return contract.Lane(line) != "" }) {
			return "each process in order", "between processes the order is free"
		}
		return "line by line", "what is dotted varies"
	case "unordered":
		return "any order", "the same lines, however they fall"
	case "match":
		return "pattern", "there is text of that form"
	case "before":
		return "order", "one line before another"
	default:
		return "exact", "every byte as recorded"
	}
}

func quote(args []string) string {
	var b strings.Builder
	for i, arg := range args {
		if i > 0 {
			b.WriteByte(' ')
		}
		if arg == "" || strings.ContainsAny(arg, " \t'#") {
			arg = "'" + strings.ReplaceAll(arg, "'", "''") + "'"
		}
		b.WriteString(arg)
	}
	return b.String()
}

// A runRequest asks for one run, or for two beside each other.
type runRequest struct {
	Runs []struct {
		phaseID
		Flags *string `json:"flags,omitempty"` // instead of the recorded ones: then there is no contract
		Scale int     `json:"scale,omitempty"` // so many processes
	} `json:"runs"`
}

// An event is a line of the answer to a request that runs something.
type event struct {
	Kind string  `json:"kind"`        // busy, building, command, line, end, error; of tests: output, waiting
	Run  int     `json:"run"`         // 0 or 1
	At   float64 `json:"at,omitzero"` // milliseconds since the command was started

	Text   string   `json:"text,omitempty"`
	Stream int      `json:"stream,omitzero"` // 1: standard error
	Lane   string   `json:"lane,omitempty"`
	Varies [][2]int `json:"varies,omitempty"` // what varies in the text, in UTF-16 units
	Torn   bool     `json:"torn,omitzero"`
	Break  *broken  `json:"break,omitempty"`

	Exit    *int     `json:"exit,omitempty"`
	Breaks  []broken `json:"breaks,omitempty"`
	Verdict string   `json:"verdict,omitempty"` // kept, broken, not judged; of tests: pass, fail, skip
	Scale   *scale   `json:"scale,omitempty"`
}

// broken is where a promise was broken, for the page.
type broken struct {
	Promise string `json:"promise"` // in words
	Lane    string `json:"lane"`
	Want    string `json:"want"`
	Got     string `json:"got"`
}

func (s *server) run(w http.ResponseWriter, r *http.Request) {
	var request runRequest
	if !asked(w, r, &request) {
		return
	}
	if n := len(request.Runs); n < 1 || n > 2 {
		refuse(w, http.StatusBadRequest, "want one run, or two beside each other")
		return
	}
	var jobs []*job
	for i, asked := range request.Runs {
		p, err := s.phase(asked.phaseID)
		if err == nil && p.why != "" {
			err = errors.New(p.why)
		}
		var j *job
		if err == nil {
			j, err = newJob(i, p, asked.Flags, asked.Scale)
		}
		if err != nil {
			refuse(w, http.StatusBadRequest, err.Error())
			return
		}
		jobs = append(jobs, j)
	}
	ctx, done, ok := s.takeTurn(r, false)
	if !ok {
		newStream(w).send(event{Kind: "busy"})
		return
	}
	defer done()
	events := make(chan event, 256)
	var all sync.WaitGroup
	for _, j := range jobs {
		all.Go(func() { s.do(ctx, j, events) })
	}
	go func() {
		all.Wait()
		close(events)
	}()
	out := newStream(w)
	for e := range events {
		batch := []event{e}
		for len(batch) < 500 && len(events) > 0 {
			batch = append(batch, <-events)
		}
		out.send(batch...)
	}
}

// A job is one phase's runs, one after the other.
type job struct {
	number int
	phase  *phase
	plans  []plan
	runs   []contract.Run
	judged bool
	scale  int
}

func newJob(number int, p *phase, flags *string, processes int) (*job, error) {
	j := &job{number: number, phase: p, runs: p.runs, judged: true, scale: processes}
	for _, r := range p.runs {
		how, err := p.plan(r)
		if err != nil {
			return nil, err
		}
		j.plans = append(j.plans, how)
	}
	if flags == nil && processes == 0 {
		return j, nil
	}
	if len(j.plans) != 1 {
		return nil, errors.New("flags can be changed where there is one command")
	}
	if flags != nil {
		if len(*flags) > 1000 {
			return nil, errors.New("flags have at most 1,000 characters")
		}
		if strings.Count(*flags, "'")%2 != 0 {
			return nil, errors.New("a quote ' is not closed")
		}
		j.judged = false
		j.plans[0].args = contract.Words(*flags)
	}
	if processes < 0 || processes > 64 {
		return nil, errors.New("want 1 to 64 processes")
	}
	return j, nil
}

// do runs a job and reports what happens.
func (s *server) do(ctx context.Context, j *job, events chan<- event) {
	say := func(e event) {
		e.Run = j.number
		events <- e
	}
	problem := func(err error) {
		if ctx.Err() == nil {
			say(event{Kind: "error", Text: err.Error()})
		}
	}
	dir, err := s.folder.make()
	if err != nil {
		problem(err)
		return
	}
	defer os.RemoveAll(dir)
	for _, section := range j.phase.script.Sections {
		file := filepath.Join(dir, filepath.FromSlash(section.Name))
		if !filepath.IsLocal(section.Name) || os.MkdirAll(filepath.Dir(file), 0o700) != nil || os.WriteFile(file, []byte(section.Text), 0o600) != nil {
			problem(fmt.Errorf("the script's file %s cannot be written", section.Name))
			return
		}
	}
	os.Mkdir(filepath.Join(dir, ".tmp"), 0o700)
	for i, how := range j.plans {
		say(event{Kind: "building", Text: how.pkg})
		program, err := s.builds.program(ctx, dir, how.pkg, how.race)
		if err != nil {
			problem(err)
			return
		}
		find := func() *scale {
			if len(j.plans) > 1 || j.runs[i].Exit != 0 {
				return nil // of one that fails, a refusal of the number cannot be told from its failure
			}
			size := findScale(ctx, program, how)
			size.countLanes(j.runs[i])
			return size
		}
		var size *scale
		if j.scale > 0 {
			size = find()
		}
		if j.scale > 0 && size == nil {
			problem(errors.New("this variant has no number of processes"))
			return
		}
		t, err := j.task(program, how, j.runs[i], dir, size)
		if err != nil {
			problem(err)
			return
		}
		scaled := how
		if j.scale > 0 {
			scaled = size.set(how, j.scale)
		}
		say(event{Kind: "command", Text: strings.TrimSpace(scaled.typed() + " " + quote(scaled.args))})
		end, ok := j.one(ctx, t, j.runs[i], say, size)
		if ok && j.scale == 0 {
			end.Scale = find() // the first line of the run does not wait for this
		}
		if end.Kind != "" {
			say(end)
		}
		if !ok {
			return
		}
	}
}

// task is what the supervisor of a run is told.
func (j *job) task(program string, how plan, run contract.Run, dir string, size *scale) (task, error) {
	if j.scale > 0 {
		how = size.set(how, j.scale)
	}
	t := task{Dir: dir, Args: []string{program}, Env: []string{mark + "=" + dir, "TMPDIR=" + filepath.Join(dir, ".tmp"), "HOME=" + dir}}
	for _, need := range run.Needs {
		if system := need; slices.Contains([]string{"linux", "darwin", "windows"}, system) && system != runtime.GOOS || system == "unix" && runtime.GOOS == "windows" {
			return t, fmt.Errorf("this needs %s, and here is %s", system, runtime.GOOS)
		}
	}
	if how.ranks != nil {
		var launcher launch.Launcher
		for _, l := range launch.Launchers() {
			if launcher.Path == "" && (!slices.Contains(run.Needs, "openmpi") || l.Name == "openmpi") && (!slices.Contains(run.Needs, "mpich") || l.Name == "mpich") {
				launcher = l
			}
		}
		if launcher.Path == "" {
			return t, errors.New("there is no mpirun on this machine: " + launch.Install)
		}
		t.Args, t.Interrupt = append(append([]string{launcher.Path}, how.ranks...), program), true
		for name, value := range launch.Env {
			t.Env = append(t.Env, name+"="+value)
		}
		// Ranks that are killed leave the memory that they shared: not in /dev/shm, but where it goes with the run.
		t.Env = append(t.Env, "OMPI_MCA_btl_vader_backing_directory="+filepath.Join(dir, ".tmp"))
	}
	for _, arg := range how.args {
		if j.judged {
			arg = strings.ReplaceAll(strings.ReplaceAll(arg, "$ROOT", j.phase.root()), "$WORK", dir)
		}
		t.Args = append(t.Args, arg)
	}
	return t, nil
}

// root is the book's folder as a run sees it.
func (p *phase) root() string { root, _ := bookRoot(); return root }

// one runs one command. It returns its end, if there is one to tell, and whether the next may follow.
func (j *job) one(ctx context.Context, t task, run contract.Run, say func(event), size *scale) (end event, ok bool) {
	judge, err := contract.NewJudge(run)
	if err != nil {
		return event{Kind: "error", Text: err.Error()}, false
	}
	start := time.Now()
	s, err := startSupervised(ctx, t)
	if err != nil {
		return event{Kind: "error", Text: err.Error()}, false
	}
	pieces := make(chan piece, 64)
	var readers sync.WaitGroup
	for stream, r := range []io.Reader{s.stdout, s.stderr} {
		readers.Go(func() { read(r, contract.Stream(stream), start, pieces) })
	}
	go func() {
		readers.Wait()
		close(pieces)
	}()
	judged := j.judged && j.scale == 0
	limit := time.NewTimer(maxTime)
	defer limit.Stop()
	lines, bytes, cut := 0, 0, ""
	lanes, answered := map[string]bool{}, false // by something on standard output
	show := func(l contract.Line, at float64) {
		if lines++; lines > maxLines {
			return
		}
		e := event{Kind: "line", At: at, Stream: int(l.Stream), Torn: l.Torn, Lane: contract.Lane(l.Text)}
		e.Text, e.Varies = shown(l.Text, run, judged)
		answered = answered || l.Stream == contract.Stdout
		if e.Lane != "" {
			lanes[e.Lane] = true
		}
		if judged && len(l.Breaks) > 0 {
			b := breakOf(run, l.Breaks[0])
			e.Break = &b
		}
		say(e)
	}
	for open := true; open && cut == ""; {
		select {
		case p, ok := <-pieces:
			if open = ok; !ok {
				break
			}
			if bytes += len(p.text); bytes > maxBytes {
				cut = "1 MB was printed"
			}
			for _, l := range judge.Write(p.stream, p.text) {
				show(l, p.at)
			}
			if lines > maxLines {
				cut = "5,000 lines were printed"
			}
		case <-limit.C:
			cut = "a minute was over"
		case <-ctx.Done():
			cut = "stopped"
		}
	}
	if cut != "" { // the readers end with the pipes; what they still bring is not shown
		go func() {
			for range pieces {
			}
		}()
	}
	exit := s.end()
	took := milliseconds(time.Since(start))
	if ctx.Err() != nil {
		return event{}, false
	}
	end = event{Kind: "end", At: took, Exit: &exit, Verdict: "not judged"}
	if cut != "" {
		end.Text = cut + ": the program was stopped, and its output is not judged"
		return end, false
	}
	torn, breaks := judge.End(exit)
	for _, l := range torn {
		show(l, took)
	}
	switch {
	case judged:
		end.Verdict = "kept"
		if !judge.Kept() {
			end.Verdict = "broken"
		}
		for _, b := range breaks {
			end.Breaks = append(end.Breaks, breakOf(run, b))
		}
	case j.scale > 0:
		end.Verdict, end.Text = "kept", "it ends as the recorded run"
		if exit != run.Exit {
			end.Breaks = append(end.Breaks, broken{Want: fmt.Sprintf("exit status %d", run.Exit), Got: fmt.Sprintf("exit status %d", exit)})
		}
		if size.lanes {
			end.Text += ", a lane for each process"
		}
		if size.lanes && len(lanes) != j.scale {
			end.Breaks = append(end.Breaks, broken{Want: fmt.Sprintf("%d lanes", j.scale), Got: fmt.Sprint(len(lanes))})
		}
		if len(end.Breaks) > 0 {
			end.Verdict = "broken"
		}
	case exit == 2 && !answered:
		end.Text = "the program refused these flags; with -h it says which it takes"
	case slices.Contains(t.Args, "-h"):
		end.Text = "this is the program's help"
	default:
		end.Text = "no contract for these flags: no such run is recorded"
	}
	return end, true
}

// A piece is what one read has brought.
type piece struct {
	stream contract.Stream
	at     float64
	text   []byte
}

func read(r io.Reader, stream contract.Stream, start time.Time, pieces chan<- piece) {
	for {
		buffer := make([]byte, 32<<10)
		n, err := r.Read(buffer)
		if n > 0 {
			pieces <- piece{stream, milliseconds(time.Since(start)), buffer[:n]}
		}
		if err != nil {
			return
		}
	}
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func breakOf(run contract.Run, b contract.Break) broken {
	promise := "exit status"
	if b.Promise >= 0 {
		promise, _ = label(run.Promises[b.Promise])
	}
	want, _ := shown(b.Want, run, false)
	got, _ := shown(b.Got, run, false)
	return broken{promise, b.Lane, want, got}
}
