package main

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// crashed returns a folder in which a teller was killed at the step.
func crashed(t *testing.T, step string) string {
	t.Helper()
	dir := testDir(t)
	c, err := startCrash(dir, "wal")
	if err != nil {
		t.Fatal(err)
	}
	killed := ""
	if err := c.killAt(step, func(line string) { killed = line }); err != nil {
		t.Fatal(err)
	}
	if err := c.close(); err != nil || killed != "teller 1: signal: killed" {
		t.Fatalf("the teller's end: %q, %v", killed, err)
	}
	return dir
}

// afterCrash is what the accounts must be once repaired: the transfer has happened if its record
// was whole, and not at all otherwise.
func afterCrash(step string) []int64 {
	if slices.Index(walSteps, step) < slices.Index(walSteps, "logged") {
		return []int64{100, 100}
	}
	return []int64{50, 150}
}

// TestKilledAtEveryStep kills a teller at each step of a transfer and has the ledger repaired in
// each way there is: by opening it, by a teller who already has it open, and by one who was
// himself killed at each step before.
func TestKilledAtEveryStep(t *testing.T) {
	needUnix(t, mustFind(t, "wal"))
	for _, step := range walSteps {
		want := afterCrash(step)
		t.Run(step+"/opened", func(t *testing.T) {
			t.Parallel()
			dir := crashed(t, step)
			for range 2 { // to repair it twice is to repair it once
				wantRepaired(t, dir, want)
			}
		})
		t.Run(step+"/taken over", func(t *testing.T) {
			t.Parallel()
			dir := testDir(t)
			c, err := startCrash(dir, "wal")
			if err != nil {
				t.Fatal(err)
			}
			if err := c.killAt(step, func(string) {}); err != nil {
				t.Fatal(err)
			}
			wantMove(t, c.ledger, 1, 0, 30, nil)
			wantBalances(t, c.ledger, want[0]+30, want[1]-30)
			if err := c.close(); err != nil {
				t.Error(err)
			}
			wantRepaired(t, dir, []int64{want[0] + 30, want[1] - 30})
		})
		for _, next := range walSteps {
			t.Run(step+"/then "+next, func(t *testing.T) {
				t.Parallel()
				if testing.Short() {
					t.Skip("36 more crashes: not with -short")
				}
				dir := crashed(t, step)
				tellers, err := startTellers(dir, "transferrer-wal", "teller 2")
				if err != nil {
					t.Fatal(err)
				}
				c := crash{teller: tellers[0]}
				if err := c.killAt(next, func(string) {}); err != nil {
					t.Fatal(err)
				}
				want := slices.Clone(want)
				if afterCrash(next)[0] == 50 {
					want[0], want[1] = want[0]-50, want[1]+50
				}
				wantRepaired(t, dir, want)
			})
		}
	}
}

func wantRepaired(t *testing.T, dir string, want []int64) {
	t.Helper()
	l, _, err := recoverWAL(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer l.close()
	found, err := readAll(l.accounts)
	if err != nil || !slices.Equal(found, want) {
		t.Errorf("repaired to %d, %v, want %d", found, err, want)
	}
	wantBalances(t, l, want...)
}

// TestRepairsWhateverOfTheAccountsReachedTheDisk is a power cut as far as a test can make one: the
// log is there, and of the balances written after it, any old or new one. It says nothing of
// whether the disk keeps what it has synced.
func TestRepairsWhateverOfTheAccountsReachedTheDisk(t *testing.T) {
	t.Parallel()
	needUnix(t, mustFind(t, "wal"))
	history := [][]int64{{100, 100, 0}, {50, 150, 0}, {50, 0, 150}, {51, 0, 149}} // as in sampleLog
	for n := range history {
		log := sampleLog()[:logSize(int64(n))]
		for state := range (n + 1) * (n + 1) * (n + 1) {
			dir := testDir(t)
			for account := range 3 { // each account as it was after any of the transfers so far
				old := history[state%(n+1)][account]
				state /= n + 1
				if err := os.WriteFile(accountName(dir, account), encodeAccount(old), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.WriteFile(filepath.Join(dir, "log"), log, 0o600); err != nil {
				t.Fatal(err)
			}
			wantRepaired(t, dir, history[n])
			os.RemoveAll(dir)
		}
	}
}

// TestRecoverLeavesWhatItRefuses damages one file in a folder that needs repair: nothing in it is
// written, so that nothing is made worse.
func TestRecoverLeavesWhatItRefuses(t *testing.T) {
	t.Parallel()
	needUnix(t, mustFind(t, "wal"))
	good := crashed(t, "debited")
	for _, file := range []string{"account-0", "account-1", "log"} {
		dir := testDir(t)
		if err := os.CopyFS(dir, os.DirFS(good)); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, file)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		data[len(data)-20] ^= 1
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		before := contents(t, dir)
		if _, _, err := recoverWAL(dir); err == nil || !strings.HasPrefix(err.Error(), file+": ") {
			t.Errorf("%s damaged: %v, want an error that names it", file, err)
		}
		if contents(t, dir) != before {
			t.Errorf("%s damaged: something was written", file)
		}
	}
}

func contents(t *testing.T, dir string) string {
	t.Helper()
	var all bytes.Buffer
	for _, name := range []string{"account-0", "account-1", "log"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		all.Write(data)
	}
	return all.String()
}

// TestKilledWithoutALog kills a teller in the middle of a transfer, where nothing remembers it.
func TestKilledWithoutALog(t *testing.T) {
	killed := func(t *testing.T, name, step string) ledger {
		s := mustFind(t, name)
		needUnix(t, s)
		b := testBranch(t, s, []int64{100, 100})
		tellers, err := startTellers(b.dir, "transferrer-"+name, "teller 1")
		if err != nil {
			t.Fatal(err)
		}
		c := crash{teller: tellers[0]}
		if err := c.killAt(step, func(string) {}); err != nil {
			t.Fatal(err)
		}
		return b.ledger
	}
	t.Run("cas has debited and not credited", func(t *testing.T) {
		t.Parallel()
		wantBalances(t, killed(t, "cas", "debited"), 50, 100)
	})
	t.Run("optimistic has begun, and nobody else can", func(t *testing.T) {
		t.Parallel()
		l := killed(t, "optimistic", "begun").(*optimisticLedger)
		for i := range l.accounts {
			a := &l.accounts[i]
			if v, b := a.version.Load(), a.balance.Load(); v != 1 || b != 100 {
				t.Errorf("account %d: version %d, balance %d, want 1 and 100", i, v, b)
			}
		}
	})
}

// TestHalfARequestIsNone: a teller dies while it sends "move 0 1 50", another sends a line without
// end. The owner does nothing for them, and goes on for the others.
func TestHalfARequestIsNone(t *testing.T) {
	b := testBranch(t, mustFind(t, "owner"), []int64{100, 0})
	for _, sent := range []string{"move 0 1 5", strings.Repeat("move 0 1 5 ", 100)} {
		conn, err := net.Dial("unix", filepath.Join(b.dir, "socket"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Write([]byte(sent)); err != nil {
			t.Fatal(err)
		}
		if err := conn.(*net.UnixConn).CloseWrite(); err != nil {
			t.Fatal(err)
		}
		conn.SetReadDeadline(time.Now().Add(patience))
		// The owner hangs up: by then it has decided. What it had not read yet may reset the line.
		answer, err := io.ReadAll(conn)
		if len(answer) > 0 || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("to %.20q the owner answers %q, %v", sent, answer, err)
		}
		conn.Close()
	}
	wantMove(t, b.ledger, 0, 1, 50, nil)
	wantBalances(t, b.ledger, 50, 50)
}

// TestOwnerKilled: the tellers learn of it, and none waits for an answer that cannot come.
func TestOwnerKilled(t *testing.T) {
	b, err := openBranch(mustFind(t, "owner"), testDir(t), []int64{100, 0})
	if err != nil {
		t.Fatal(err)
	}
	wantMove(t, b.ledger, 0, 1, 1, nil)
	var exit *exec.ExitError
	if err := b.host.kill(); !errors.As(err, &exit) {
		t.Errorf("the owner's end: %v", err)
	}
	if err := b.ledger.move(0, 1, 1); err == nil || !strings.HasPrefix(err.Error(), "the owner is gone") {
		t.Errorf("a move without an owner: %v", err)
	}
	if err := b.close(); err != nil {
		t.Error(err)
	}
}

// TestTellerEndsWithItsParent has a teller wait for a version that will never be even again: its
// owner died in a commit. The end of its input must end it all the same.
func TestTellerEndsWithItsParent(t *testing.T) {
	s := mustFind(t, "optimistic")
	needUnix(t, s)
	b := testBranch(t, s, []int64{100, 0})
	if err := b.hire(1, false); err != nil {
		t.Fatal(err)
	}
	account := &b.ledger.(*optimisticLedger).accounts[0]
	account.version.Add(1)
	teller := b.tellers[0]
	teller.order("1")
	if err := teller.end(); err != nil {
		t.Error(err)
	}
	account.version.Add(1)
	wantBalances(t, b.ledger, 100, 0)
}

// TestUnfinishedIsFinishedByItself: a move fails between debit and credit, and its teller lives. The
// next move, by the same teller, finishes it first.
func TestUnfinishedIsFinishedByItself(t *testing.T) {
	t.Parallel()
	s := mustFind(t, "wal")
	needUnix(t, s)
	b := testBranch(t, s, []int64{100, 100})
	l := b.ledger.(*walLedger)
	writable := l.accounts[1].file
	readOnly, err := os.Open(writable.Name())
	if err != nil {
		t.Fatal(err)
	}
	defer readOnly.Close()
	l.accounts[1].file = readOnly
	if err := l.move(0, 1, 50); err == nil {
		t.Fatal("a move into a file that cannot be written succeeded")
	}
	l.accounts[1].file = writable
	wantMove(t, l, 0, 1, 10, nil)
	wantBalances(t, l, 40, 160)
}

// TestLogDamagedInUse changes the log of an open ledger: it is refused at the next move.
func TestLogDamagedInUse(t *testing.T) {
	t.Parallel()
	s := mustFind(t, "wal")
	needUnix(t, s)
	magic := []byte(logMagic)
	for name, log := range map[string][]byte{
		"emptied":                nil,
		"cut to its header":      magic,
		"another record's place": append(slices.Clone(magic), record{2, 0, 1, 50, 0, 200}.encode()...),
		"a stranger's account":   append(slices.Clone(magic), record{1, 0, 7, 50, 0, 200}.encode()...),
		"damaged":                append(slices.Clone(magic), make([]byte, recordSize)...),
	} {
		b := testBranch(t, s, []int64{100, 100})
		writer, err := s.open(b.dir)
		if err != nil {
			t.Fatal(err)
		}
		defer writer.close()
		wantMove(t, writer, 0, 1, 50, nil)
		if err := os.WriteFile(filepath.Join(b.dir, "log"), log, 0o600); err != nil {
			t.Fatal(err)
		}
		who := writer // who knows how many records there were
		if len(log) > len(magic) {
			who = b.ledger // who has to read the last one
		}
		if err := who.move(0, 1, 1); err == nil || !strings.HasPrefix(err.Error(), "log: ") {
			t.Errorf("%s: %v, want a refusal that names the log", name, err)
		}
		if after, err := os.ReadFile(filepath.Join(b.dir, "log")); err != nil || !bytes.Equal(after, log) {
			t.Errorf("%s: the log was changed (%v)", name, err)
		}
	}
}
