package ledger

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// This file has the tests in which processes move money. Such a process is the test binary, started
// again with this variable set. It runs in the ledger's folder; its input is its orders, and ends it.
const childRole = "LEDGER_TEST_CHILD"

func TestMain(m *testing.M) {
	role := strings.Fields(os.Getenv(childRole))
	if len(role) == 0 {
		flag.Parse()
		if flag.Lookup("test.bench").Value.String() != "" { // a recorded result says where it is from
			fmt.Printf("date: %s\ngo: %s\ncpus: %d\n", time.Now().UTC().Format(time.DateOnly), runtime.Version(), runtime.NumCPU())
		}
		os.Exit(m.Run())
	}
	if err := child(role[0], role[1]); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	os.Exit(0)
}

func child(role, name string) error {
	var files []*os.File
	for _, file := range find(name).files {
		f, err := os.OpenFile(file, os.O_RDWR, 0)
		if err != nil {
			return err
		}
		files = append(files, f)
	}
	in := bufio.NewScanner(os.Stdin)
	pause := func(step string) {
		fmt.Println(step)
		if !in.Scan() {
			os.Exit(0)
		}
	}
	if role == "victim" {
		return victim(name, files, pause)
	}
	l := Ledger(NewClient(os.NewFile(3, "connection")))
	if name != "owner" {
		var err error
		if l, err = find(name).Open(files); err != nil {
			return err
		}
	}
	for {
		pause("ready")
		var n, from, to int
		if _, err := fmt.Sscan(in.Text(), &n, &from, &to); err != nil {
			return err
		}
		for range n {
			if err := l.Move(from, to, 1); err != nil {
				return err
			}
		}
	}
}

// victim moves 50 from account 0 to 1, and stops between the steps of it, where its parent kills it.
func victim(name string, files []*os.File, pause func(step string)) error {
	var stop []File
	for _, f := range files {
		stop = append(stop, stoppingFile{f, pause})
	}
	var l Ledger
	var err error
	switch name {
	case "flock":
		l, err = OpenFlock(stop[0])
	case "wal":
		l, err = OpenWAL(stop[0], stop[1])
	case "cas": // the steps of its Move
		l, err := OpenCAS(files[0])
		if err != nil {
			return err
		}
		err = l.debit(0, 50)
		pause("between")
		return err
	case "optimistic":
		l, err := OpenOptimistic(files[0])
		if err != nil {
			return err
		}
		begin(&l.accounts[0], 0, &l.accounts[1], 0)
		pause("between")
		return nil
	}
	if err != nil {
		return err
	}
	return l.Move(0, 1, 50)
}

// A stoppingFile stops in the middle of each write.
type stoppingFile struct {
	*os.File
	pause func(step string)
}

func (f stoppingFile) WriteAt(data []byte, offset int64) (int, error) {
	half := len(data) / 2
	n, err := f.File.WriteAt(data[:half], offset)
	if err != nil {
		return n, err
	}
	f.pause("between")
	m, err := f.File.WriteAt(data[half:], offset+int64(half))
	return n + m, err
}

// A worker is a process, as its parent sees it.
type worker struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
	end func() // closes the pipes and waits for it
}

func startWorker(t testing.TB, dir, role, strategy string, files ...*os.File) *worker {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path)
	cmd.Dir, cmd.ExtraFiles, cmd.Stderr = dir, files, os.Stderr
	cmd.Env = append(os.Environ(), childRole+"="+role+" "+strategy)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	hang := time.AfterFunc(time.Minute, func() { cmd.Process.Kill() })
	w := &worker{cmd: cmd, in: in, out: bufio.NewReader(out)}
	w.end = func() {
		in.Close()
		cmd.Wait()
		hang.Stop()
	}
	t.Cleanup(w.end)
	return w
}

func (w *worker) want(t testing.TB, line string) {
	t.Helper()
	got, err := w.out.ReadString('\n')
	if err != nil || got != line+"\n" {
		t.Fatalf("a process says %q, %v, want %q", got, err, line)
	}
}

// startWorkers starts so many processes on a new ledger, and returns how to look into it.
func startWorkers(t testing.TB, s strategy, n int, balances []int64) (workers []*worker, open func() Ledger) {
	t.Helper()
	dir := "."
	var conns []io.ReadWriteCloser
	if s.name != "owner" {
		dir, open = newBranch(t, s, balances)
	}
	for range n {
		if s.name != "owner" {
			workers = append(workers, startWorker(t, dir, "worker", s.name))
			continue
		}
		ours, theirs := socketPair(t)
		conns = append(conns, ours)
		workers = append(workers, startWorker(t, ".", "worker", s.name, theirs))
		theirs.Close()
	}
	if s.name == "owner" {
		ours, theirs := socketPair(t)
		go Serve(balances, append(conns, theirs)...)
		open = func() Ledger { return NewClient(ours) }
		t.Cleanup(func() { ours.Close() })
	}
	for _, w := range workers {
		w.want(t, "ready")
	}
	return workers, open
}

// TestProcessesMakeAndLoseNothing has processes move money at once, all between the same accounts and
// one against the others, or each between its own.
func TestProcessesMakeAndLoseNothing(t *testing.T) {
	forStrategies(t, func(t *testing.T, s strategy) {
		needSocketPair(t, s.name)
		// Enough for them to meet: such a move takes some nanoseconds, or some milliseconds.
		n := map[string]int64{"flock": 2000, "cas": 500_000, "owner": 2000, "optimistic": 500_000, "wal": 100}[s.name]
		for _, accounts := range [][][2]int{{{0, 1}, {1, 0}, {0, 1}}, {{0, 1}, {2, 3}, {4, 5}}} {
			want := slices.Repeat([]int64{1 << 40}, 6)
			workers, open := startWorkers(t, s, 3, slices.Clone(want))
			for _, a := range accounts {
				want[a[0]] -= n
				want[a[1]] += n
			}
			order(t, workers, int(n), accounts)
			wantBalances(t, open(), want...)
		}
	})
}

// order has each worker make n moves between its accounts, and returns when all have.
func order(t testing.TB, workers []*worker, n int, accounts [][2]int) {
	t.Helper()
	for i, w := range workers {
		if _, err := fmt.Fprintln(w.in, n, accounts[i][0], accounts[i][1]); err != nil {
			t.Fatal(err)
		}
	}
	for _, w := range workers {
		w.want(t, "ready")
	}
}

// TestKilledInAMove kills a process with SIGKILL in the middle of its move, for each strategy. The
// table in the package's comment says what is left.
func TestKilledInAMove(t *testing.T) {
	kill := func(t *testing.T, strategy string, stops int) (open func() Ledger) {
		needUnix(t, strategy)
		dir, open := newBranch(t, find(strategy), []int64{100, 100})
		w := startWorker(t, dir, "victim", strategy)
		for range stops - 1 {
			w.want(t, "between")
			fmt.Fprintln(w.in)
		}
		w.want(t, "between")
		w.cmd.Process.Kill()
		w.end()
		return open
	}
	t.Run("flock: the lock is free, the money is gone", func(t *testing.T) {
		l := kill(t, "flock", 2)()
		got, err := l.Balances() // the half of the second line that was written is that of the old one
		if err != nil || got[0] != 50 || got[1] != 100 {
			t.Errorf("balances %d, %v, want 50 and 100", got, err)
		}
	})
	for stops, want := range [][]int64{{100, 100}, {50, 150}, {50, 150}} {
		t.Run(fmt.Sprintf("wal: stopped %d times, all or nothing", stops+1), func(t *testing.T) {
			wantBalances(t, kill(t, "wal", stops+1)(), want...)
		})
	}
	t.Run("cas has debited and not credited", func(t *testing.T) {
		wantBalances(t, kill(t, "cas", 1)(), 50, 100)
	})
	t.Run("optimistic has begun, and nobody else can", func(t *testing.T) {
		l := kill(t, "optimistic", 1)().(*Optimistic)
		for i := range l.accounts {
			a := &l.accounts[i]
			if v, b := a.version.Load(), a.balance.Load(); v != 1 || b != 100 {
				t.Errorf("account %d: version %d, balance %d, want 1 and 100", i, v, b)
			}
		}
		if begin(&l.accounts[0], 0, &l.accounts[1], 0) {
			t.Error("another move has begun as well")
		}
	})
}

// TestHalfARequestIsNone: a client dies while it sends "move 0 1 50", another sends a line without
// end. The owner does nothing for them, and goes on for the others.
func TestHalfARequestIsNone(t *testing.T) {
	needSocketPair(t, "owner")
	ours, theirs := socketPair(t)
	defer ours.Close()
	conns := []io.ReadWriteCloser{theirs}
	for _, sent := range []string{"move 0 1 5", strings.Repeat("move 0 1 5 ", 100)} {
		a, b := socketPair(t)
		if _, err := io.WriteString(a, sent); err != nil {
			t.Fatal(err)
		}
		a.Close()
		conns = append(conns, b)
	}
	served := make(chan []int64)
	go func() {
		left, err := Serve([]int64{100, 0}, conns...)
		if err != nil {
			t.Error(err)
		}
		served <- left
	}()
	l := NewClient(ours)
	wantMove(t, l, 0, 1, 50, nil)
	wantBalances(t, l, 50, 50)
	l.Close()
	if left := <-served; left[0] != 50 || left[1] != 50 {
		t.Errorf("the owner is left with %d, want 50 and 50", left)
	}
}

// TestAnOwnerThatIsGone leaves its clients not knowing.
func TestAnOwnerThatIsGone(t *testing.T) {
	needSocketPair(t, "owner")
	ours, theirs := socketPair(t)
	theirs.Close()
	wantMove(t, NewClient(ours), 0, 1, 50, ErrUnknown)
}
