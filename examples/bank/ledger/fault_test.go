package ledger

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const sector = 512 // what a disk writes at once

var errDisk = errors.New("the disk is not well")

// A disk is under some files, and fails at the steps it is told to. Each half of a write is a step,
// and so is each sync and each truncation.
type disk struct {
	steps []string            // those that were tried
	fails func(step int) bool // steps are numbered from 0; nil: none fails
	after func()              // called after each step that was taken, if it is not nil
	late  bool                // a step that fails is taken all the same
}

func (d *disk) step(what string, take func() error) error {
	n := len(d.steps)
	d.steps = append(d.steps, what)
	fails := d.fails != nil && d.fails(n)
	if fails && !d.late {
		return errDisk
	}
	if err := take(); err != nil {
		return err
	}
	if d.after != nil {
		d.after()
	}
	if fails {
		return errDisk
	}
	return nil
}

// A diskFile is a file on a disk that fails.
type diskFile struct {
	*os.File
	disk *disk
	name string
	// What a power cut leaves for sure, and pieces that have been written since.
	synced []byte
	since  []piece
}

// A piece of a write is in one sector of the disk.
type piece struct {
	data   []byte
	offset int64
}

func (f *diskFile) WriteAt(data []byte, offset int64) (n int, err error) {
	for i, half := range [][]byte{data[:len(data)/2], data[len(data)/2:]} {
		err := f.disk.step([]string{f.name + " half", f.name}[i], func() error {
			for rest := half; len(rest) > 0; {
				at := offset + int64(n)
				size := min(len(rest), int(sector-at%sector))
				f.since = append(f.since, piece{slices.Clone(rest[:size]), at})
				n, rest = n+size, rest[size:]
			}
			_, err := f.File.WriteAt(half, offset+int64(n-len(half)))
			return err
		})
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

func (f *diskFile) Sync() error {
	return f.disk.step(f.name+" sync", func() (err error) {
		f.since = nil
		f.synced, err = os.ReadFile(f.File.Name())
		return err
	})
}

func (f *diskFile) Truncate(size int64) error {
	return f.disk.step(f.name+" cut", func() error {
		return f.File.Truncate(size)
	})
}

// openOn opens a strategy's files on a disk.
func openOn(t testing.TB, s strategy, dir string, d *disk) (l Ledger, files []*diskFile, err error) {
	t.Helper()
	for i, f := range openFiles(t, s, dir) {
		data, err := os.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, &diskFile{File: f, disk: d, name: s.files[i], synced: data})
	}
	if s.name == "flock" {
		l, err = OpenFlock(files[0])
	} else {
		l, err = OpenWAL(files[0], files[1])
	}
	return l, files, err
}

// walSteps are the steps of a move, and those that take it back when the sync has failed.
var (
	walSteps   = []string{"log half", "log", "log sync", "accounts half", "accounts", "accounts half", "accounts"}
	flockSteps = []string{"accounts half", "accounts", "accounts half", "accounts"}
)

// failures are the ways in which a disk fails from a step on.
var failures = map[string]func(step int) *disk{
	"once":    func(step int) *disk { return &disk{fails: func(n int) bool { return n == step }} },
	"late":    func(step int) *disk { return &disk{fails: func(n int) bool { return n == step }, late: true} },
	"forever": func(step int) *disk { return &disk{fails: func(n int) bool { return n >= step }} },
	"again two steps later": func(step int) *disk {
		return &disk{fails: func(n int) bool { return n == step || n == step+2 }}
	},
}

// TestWhatFailedHasNotHappened lets the disk fail at each step of a move. A move that reports an
// error must not happen later, one that reports none must have happened; and if nobody can know, the
// error says so. Then the disk is well again, and the same ledger, or one that is opened anew, makes
// another move.
func TestWhatFailedHasNotHappened(t *testing.T) {
	for name, steps := range map[string][]string{"flock": flockSteps, "wal": walSteps} {
		s := find(name)
		needUnix(t, name)
		for how, failure := range failures {
			for step := range steps {
				for _, anew := range []bool{false, true} {
					t.Run(fmt.Sprintf("%s/%s/%d %s/anew=%v", name, how, step, steps[step], anew), func(t *testing.T) {
						t.Parallel()
						dir, open := newBranch(t, s, []int64{100, 100})
						d := &disk{}
						l, _, err := openOn(t, s, dir, d)
						if err != nil {
							t.Fatal(err)
						}
						*d = *failure(step)
						err = l.Move(0, 1, 50)
						if want := steps[:step+1]; !slices.Equal(d.steps[:step+1], want) {
							t.Fatalf("the steps were %q, want %q", d.steps, want)
						}
						*d = disk{}
						if anew {
							if name == "flock" && errors.Is(err, ErrUnknown) {
								return // the half of a line may be left: only a log repairs that
							}
							l = open()
						}
						wantOutcome(t, l, name, err)
					})
				}
			}
		}
	}
}

// wantOutcome looks whether what move has returned is true, and makes another move.
func wantOutcome(t *testing.T, l Ledger, strategy string, moved error) {
	t.Helper()
	got, err := l.Balances()
	if err != nil {
		if strategy == "flock" && errors.Is(moved, ErrUnknown) {
			return
		}
		t.Fatal(err)
	}
	yes, no := slices.Equal(got, []int64{50, 150}), slices.Equal(got, []int64{100, 100})
	switch {
	case moved == nil && !yes, moved != nil && !errors.Is(moved, ErrUnknown) && !no:
		t.Fatalf("move: %v; balances %d", moved, got)
	case !yes && !no:
		if strategy == "wal" {
			t.Fatalf("move: %v; balances %d, want all of it or nothing", moved, got)
		}
		return
	}
	wantMove(t, l, 1, 0, 30, nil)
	wantBalances(t, l, got[0]+30, got[1]-30)
}

// TestUnknownIsSaid: the sync of the log fails, and so does everything that would take the record
// back. The move is neither reported as made nor as failed.
func TestUnknownIsSaid(t *testing.T) {
	for name, step := range map[string]int{"wal": 2, "flock": 2} {
		needUnix(t, name)
		dir, _ := newBranch(t, find(name), []int64{100, 100})
		d := &disk{}
		l, _, err := openOn(t, find(name), dir, d)
		if err != nil {
			t.Fatal(err)
		}
		*d = *failures["forever"](step)
		if err := l.Move(0, 1, 50); !errors.Is(err, ErrUnknown) || !errors.Is(err, errDisk) {
			t.Errorf("%s: %v, want ErrUnknown, and the reason", name, err)
		}
	}
}

// TestKilledAtEveryStep kills a move at each step, and the recovery after it at each of its steps,
// and that one's recovery. What a killed process leaves are its files: here they are the files of a
// ledger whose disk takes nothing more. The transfer has happened if its record was whole, and not
// at all otherwise.
func TestKilledAtEveryStep(t *testing.T) {
	needUnix(t, "wal")
	s := find("wal")
	for step := range len(walSteps) + 1 {
		want := []int64{100, 100}
		if step > slices.Index(walSteps, "log") {
			want = []int64{50, 150}
		}
		t.Run(fmt.Sprint("step ", step), func(t *testing.T) {
			t.Parallel()
			for first, again := 0, true; again; first++ {
				for second, more := 0, true; more; second++ {
					dir, open := newBranch(t, s, []int64{100, 100})
					living := open() // somebody who has the ledger open all the time
					killedMove(t, s, dir, step)
					again = killedRecovery(t, s, dir, first)
					more = killedRecovery(t, s, dir, second)
					if first%2 == 0 { // by turns, who finds it first
						wantBalances(t, living, want...)
					}
					l := open()
					wantBalances(t, l, want...)
					wantMove(t, living, 1, 0, 10, nil)
					wantBalances(t, l, want[0]+10, want[1]-10)
				}
			}
		})
	}
}

// TestTheLogIsOnTheDiskFirst: a process dies before its sync. Whoever repairs that, by opening the
// ledger or with it open, syncs the log before it writes a balance: otherwise a power cut could
// leave balances that no log explains.
func TestTheLogIsOnTheDiskFirst(t *testing.T) {
	needUnix(t, "wal")
	s := find("wal")
	want := walSteps[slices.Index(walSteps, "log sync"):]
	for _, opened := range []bool{false, true} {
		dir, _ := newBranch(t, s, []int64{100, 100})
		d := &disk{}
		var l Ledger
		if opened {
			l, _, _ = openOn(t, s, dir, d)
		}
		killedMove(t, s, dir, slices.Index(walSteps, "log sync"))
		d.steps = nil
		if !opened {
			l, _, _ = openOn(t, s, dir, d)
		}
		wantBalances(t, l, 50, 150)
		if !slices.Equal(d.steps, want) {
			t.Errorf("opened before %v: the steps were %q, want %q", opened, d.steps, want)
		}
	}
}

func killedMove(t *testing.T, s strategy, dir string, step int) {
	t.Helper()
	d := &disk{}
	l, _, err := openOn(t, s, dir, d)
	if err != nil {
		t.Fatal(err)
	}
	*d = *failures["forever"](step)
	l.Move(0, 1, 50) // what it returns nobody hears
	if want := walSteps[:min(step+1, len(walSteps))]; !slices.Equal(d.steps[:len(want)], want) {
		t.Fatalf("the steps were %q, want %q", d.steps, want)
	}
}

// killedRecovery reports whether there was such a step.
func killedRecovery(t *testing.T, s strategy, dir string, step int) bool {
	t.Helper()
	d := failures["forever"](step)
	_, _, err := openOn(t, s, dir, d)
	if err == nil && len(d.steps) > step {
		t.Fatalf("recovered without its step %q", d.steps[step])
	}
	return err != nil
}

// TestPowerCutAfterAKill: a process has died in the write of a record, and another writes its own record
// there. A power cut after any step leaves one that is whole, or none.
func TestPowerCutAfterAKill(t *testing.T) {
	t.Parallel()
	needUnix(t, "wal")
	s := find("wal")
	random := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		moves := int64(0)
		dir, _ := newBranch(t, s, []int64{100, 100})
		d := &disk{}
		living, files, err := openOn(t, s, dir, d)
		if err != nil {
			t.Fatal(err)
		}
		// Until the next record lies in two sectors, the second of which begins between the move and its checksum.
		for border := int64(0); border < 40 || border > 100; border = sector - logSize(moves)%sector {
			wantMove(t, living, int(moves%2), int(1-moves%2), 1, nil)
			moves++
		}
		have := []int64{100 - moves%2, 100 + moves%2}
		killedMove(t, s, dir, slices.Index(walSteps, "log"))
		for _, f := range files { // the disk has all of that
			if f.synced, err = os.ReadFile(f.Name()); err != nil {
				t.Fatal(err)
			}
		}
		d.after = func() {
			l, _, err := afterPowerCut(t, s, files, random)
			if err != nil {
				t.Fatalf("after the step %q: %v", d.steps[len(d.steps)-1], err)
			}
			if got, err := l.Balances(); err != nil || !slices.Equal(got, have) && !slices.Equal(got, []int64{have[0] + 30, have[1] - 30}) {
				t.Errorf("after the step %q: balances %d, %v", d.steps[len(d.steps)-1], got, err)
			}
		}
		wantMove(t, living, 1, 0, 30, nil)
	}
}

// TestPowerCut cuts the power after each step of six moves. Of what was written since the last sync
// any piece may have reached the disk and any may not, and the file may be longer than its data:
// then there are zeros. What has been promised must be there, and nothing by halves. It says nothing
// of whether a disk keeps what it has synced.
func TestPowerCut(t *testing.T) {
	t.Parallel()
	needUnix(t, "wal")
	s := find("wal")
	dir, _ := newBranch(t, s, []int64{100, 100, 0})
	d := &disk{}
	l, files, err := openOn(t, s, dir, d)
	if err != nil {
		t.Fatal(err)
	}
	moves := []record{{0, 0, 1, 50, 0, 0}, {0, 1, 2, 150, 0, 0}, {0, 2, 0, 1, 0, 0},
		{0, 0, 2, 51, 0, 0}, {0, 2, 1, 70, 0, 0}, {0, 1, 0, 3, 0, 0}}
	history := [][]int64{{100, 100, 0}} // the balances before the first move, and after each
	for _, m := range moves {
		next := slices.Clone(history[len(history)-1])
		next[m.from] -= m.amount
		next[m.to] += m.amount
		history = append(history, next)
	}
	random := rand.New(rand.NewPCG(1, 2))
	const samples = 10
	returned, cuts, zeros := 0, 0, 0
	d.after = func() {
		for range samples {
			after, log, err := afterPowerCut(t, s, files, random)
			if bytes.IndexByte(log, 0) >= 0 {
				zeros++
			}
			cuts++
			if err != nil {
				t.Errorf("after %d moves: %v", returned, err)
				continue
			}
			got, err := after.Balances()
			if err != nil || !slices.Equal(got, history[returned]) && !slices.Equal(got, history[returned+1]) {
				t.Errorf("after %d moves: balances %d, %v, want %d or %d", returned, got, err,
					history[returned], history[returned+1])
			}
		}
	}
	for i, m := range moves {
		if err := l.Move(m.from, m.to, m.amount); err != nil {
			t.Fatal(err)
		}
		returned = i + 1
	}
	if want := samples * len(walSteps) * len(moves); cuts != want || zeros == 0 {
		t.Errorf("%d power cuts, %d of them with zeros in the log: want %d, and some", cuts, zeros, want)
	}
}

// afterPowerCut opens what a power cut leaves of a ledger's files, and returns what it leaves of the log as well.
func afterPowerCut(t *testing.T, s strategy, files []*diskFile, random *rand.Rand) (l Ledger, log []byte, err error) {
	t.Helper()
	left := t.TempDir()
	for _, f := range files {
		data := powerCut(f, random)
		if f.name == "log" {
			log = data
		}
		if err := os.WriteFile(filepath.Join(left, f.name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	l, err = s.Open(openFiles(t, s, left))
	return l, log, err
}

// powerCut returns what may be on the disk. A sector is written whole, as it was at some moment.
func powerCut(f *diskFile, random *rand.Rand) []byte {
	data := slices.Clone(f.synced)
	taken := map[int64]int{} // how many of the pieces in a sector are on the disk
	for _, p := range f.since {
		taken[p.offset/sector]++
	}
	for s, n := range taken {
		taken[s] = random.IntN(n + 1)
	}
	for _, p := range f.since {
		there := taken[p.offset/sector] > 0
		taken[p.offset/sector]--
		if there || random.IntN(2) == 0 { // else the file may still have grown
			end := p.offset + int64(len(p.data))
			data = append(data, make([]byte, max(0, end-int64(len(data))))...)
		}
		if there {
			copy(data[p.offset:], p.data)
		}
	}
	return data
}

// TestRecoverLeavesWhatItRefuses damages one file of a ledger that needs repair: nothing in it is
// written, so that nothing is made worse.
func TestRecoverLeavesWhatItRefuses(t *testing.T) {
	t.Parallel()
	needUnix(t, "wal")
	s := find("wal")
	for damaged, at := range map[string]int64{"log": logSize(0) + 70, "accounts": int64(len(accountsMagic)) + 2*accountSize + 20} {
		dir, _ := newBranch(t, s, []int64{100, 100, 7})
		killedMove(t, s, dir, slices.Index(walSteps, "accounts")+1)
		path := filepath.Join(dir, damaged)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		data[at] ^= 1
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		before := contents(t, s, dir)
		if _, err := s.Open(openFiles(t, s, dir)); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s damaged: %v, want ErrDamaged", damaged, err)
		}
		if contents(t, s, dir) != before {
			t.Errorf("%s damaged: something was written", damaged)
		}
	}
}

// TestTheLogRepairsADamagedAccount: an account that a move has changed can be written anew.
func TestTheLogRepairsADamagedAccount(t *testing.T) {
	needUnix(t, "wal")
	s := find("wal")
	dir, open := newBranch(t, s, []int64{100, 100})
	wantMove(t, open(), 0, 1, 50, nil)
	f := openFiles(t, s, dir)[1]
	if _, err := f.WriteAt(make([]byte, 2*accountSize), int64(len(accountsMagic))); err != nil {
		t.Fatal(err)
	}
	wantBalances(t, open(), 50, 150)
}

func contents(t *testing.T, s strategy, dir string) string {
	t.Helper()
	var all strings.Builder
	for _, name := range s.files {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		all.Write(data)
	}
	return all.String()
}

// TestLogDamagedInUse changes the log of an open ledger: it is refused at the next move.
func TestLogDamagedInUse(t *testing.T) {
	t.Parallel()
	needUnix(t, "wal")
	s := find("wal")
	for name, log := range map[string][]byte{
		"emptied":                nil,
		"cut to its head":        encodeLog(),
		"another record's place": encodeLog(record{2, 0, 1, 50, 0, 200}),
		"a stranger's account":   encodeLog(record{1, 0, 7, 50, 0, 200}),
		"damaged":                append(encodeLog(), bytes.Repeat([]byte{'x'}, recordSize)...),
	} {
		dir, open := newBranch(t, s, []int64{100, 100})
		writer, reader := open(), open()
		wantMove(t, writer, 0, 1, 50, nil)
		path := filepath.Join(dir, "log")
		if err := os.WriteFile(path, log, 0o600); err != nil {
			t.Fatal(err)
		}
		who := writer // who knows how many records there were
		if len(log) > len(logMagic) {
			who = reader // who has to read the last one
		}
		if err := who.Move(0, 1, 1); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "log: ") {
			t.Errorf("%s: %v, want a refusal that names the log", name, err)
		}
		if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, log) {
			t.Errorf("%s: the log was changed (%v)", name, err)
		}
	}
}
