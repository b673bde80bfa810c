package main

// What is given. It is right as it is: your program goes into exercise.go.

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

var errNotBegun = errors.New("not begun: write Deposit in examples/bank/exercise/exercise.go")

// An Account is a file with a balance in it.
type Account struct {
	File *os.File // open for this process alone, for reading and writing
	dies bool     // the process dies in its next deposit
}

// Read reads the balance, and takes its time.
func (a *Account) Read() (balance int, err error) {
	digits := make([]byte, 20)
	if _, err = a.File.ReadAt(digits, 0); err == nil {
		balance, err = strconv.Atoi(strings.TrimSpace(string(digits)))
	}
	if a.dies {
		os.Exit(1)
	}
	time.Sleep(time.Millisecond) // so that the others come in between, if they can
	return balance, err
}

// Write writes the balance over the old one.
func (a *Account) Write(balance int) error {
	_, err := a.File.WriteAt(fmt.Appendf(nil, "%20d", balance), 0)
	return err
}

var (
	tellers  = flag.Int("tellers", 4, "how many processes make deposits, a `number` from 1 to 64")
	deposits = flag.Int("deposits", 25, "how many deposits of 1 each makes, a `number` from 1 to 1000")
	dies     = flag.Int("dies", 0, "the process with this `number` dies in the middle of its third deposit; 0 is none")
)

func main() {
	log.SetFlags(0)
	flag.Parse()
	if flag.Arg(0) == "teller" {
		check(work(flag.Arg(1)))
		return
	}
	if *tellers < 1 || *tellers > 64 || *deposits < 1 || *deposits > 1000 || flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "usage: exercise [-tellers number from 1 to 64] [-deposits number from 1 to 1000] [-dies number]")
		os.Exit(2)
	}
	check(run())
}

// run has the tellers make their deposits, all at the same time, and prints how many they made, and the balance.
func run() error {
	dir, err := os.MkdirTemp("", "account")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	file, err := os.Create(filepath.Join(dir, "account"))
	if err != nil {
		return err
	}
	defer file.Close()
	account := &Account{File: file}
	if err := account.Write(0); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	team := make([]*exec.Cmd, *tellers)
	start := make([]io.WriteCloser, *tellers)
	made := make([]bytes.Buffer, *tellers) // a byte for each deposit
	said := make([]bytes.Buffer, *tellers) // why it failed
	for i := range team {
		team[i] = exec.Command(self, "-deposits", strconv.Itoa(*deposits), "-dies", strconv.Itoa(*dies), "teller", strconv.Itoa(i+1))
		team[i].Dir, team[i].Stdout, team[i].Stderr = dir, &made[i], &said[i]
		if start[i], err = team[i].StdinPipe(); err != nil {
			return err
		}
		if err := team[i].Start(); err != nil {
			return err
		}
	}
	if *dies >= 1 && *dies <= *tellers { // first, so that the others meet what it has left behind
		fmt.Fprintln(start[*dies-1], "start")
		team[*dies-1].Wait()
	}
	for _, s := range start {
		fmt.Fprintln(s, "start") // one that is gone is reported by Wait
	}
	total := 0
	var failed error
	for i, teller := range team {
		if err := teller.Wait(); err != nil && i+1 != *dies && failed == nil {
			failed = fmt.Errorf("teller %d: %v: %s", i+1, err, strings.TrimSpace(said[i].String()))
		}
		total += made[i].Len()
	}
	if failed != nil {
		return failed
	}
	balance, err := account.Read()
	if err != nil {
		return err
	}
	fmt.Printf("%d tellers made %d deposits of 1: balance %d\n", *tellers, total, balance)
	return nil
}

// work makes a teller's deposits, when it is told to start.
func work(number string) error {
	file, err := os.OpenFile("account", os.O_RDWR, 0)
	if err != nil {
		return err
	}
	account := &Account{File: file}
	if _, err := io.ReadFull(os.Stdin, make([]byte, len("start\n"))); err != nil {
		return err
	}
	go func() {
		io.Copy(io.Discard, os.Stdin)
		os.Exit(1) // there is no parent any more
	}()
	for i := range *deposits {
		account.dies = number == strconv.Itoa(*dies) && i == 2
		if err := Deposit(account, 1); err != nil {
			return err
		}
		os.Stdout.WriteString(".")
	}
	return nil
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
