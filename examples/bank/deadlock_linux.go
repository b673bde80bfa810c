package main

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// runDeadlock lets two tellers move money in opposite directions. Each locks the account it takes
// from, then asks for the one it gives to, which the other has. fcntl's locks notice the circle
// and refuse the one who closes it; flock's let both wait for ever.
func runDeadlock(args []string) error {
	fs := newFlags("deadlock")
	flock := fs.Bool("flock", false, "lock with flock instead of fcntl")
	if err := parse(fs, args); err != nil {
		return err
	}
	kind := "fcntl"
	if *flock {
		kind = "flock"
	}
	return withLockers(kind, "01", "10", func(a, b *teller) error {
		show := shower{}
		show.lines(a, 1, 2) // asks for account 0, locks it
		show.lines(b, 1, 2)
		show.lines(a, 1, 1) // asks for account 1
		show.waits(a)
		show.lines(b, 1, 1) // asks for account 0
		if *flock {
			show.waits(b)
			say("both wait in the kernel, each for the other: nobody will ever move")
			return show.err
		}
		show.lines(b, 0, 1) // is refused
		show.lines(a, 0, 2) // locks account 1, moves the money
		return show.err
	})
}

// lockerRole moves 10 from its first account to the second, under locks it takes in this order:
// the digits of args[2].
func lockerRole(args []string) error {
	name, kind, order := args[0], args[1], args[2]
	accounts, err := openAccounts(".")
	if err != nil {
		return err
	}
	orders := orders()
	say("ready")
	for _, digit := range order {
		n := int(digit - '0')
		<-orders
		say("[%s] asks for account %d", name, n)
		err := lockWith(kind, accounts[n].file)
		if errors.Is(err, unix.EDEADLK) {
			say("[%s] is refused: %v", name, unix.EDEADLK)
			return nil // its end gives back what it has locked
		}
		if err != nil {
			return err
		}
		say("[%s] locks account %d", name, n)
	}
	l := &flockLedger{accounts: accounts}
	from, to := 0, 1
	if name == "teller B" {
		from, to = 1, 0
	}
	if err := l.transfer(accounts[from], accounts[to], 10); err != nil {
		return err
	}
	say("[%s] moves 10 from account %d to %d", name, from, to)
	return nil
}

func lockWith(kind string, f *os.File) error {
	if kind == "flock" {
		return lockFile(f)
	}
	for {
		all := unix.Flock_t{Type: unix.F_WRLCK}
		if err := unix.FcntlFlock(f.Fd(), unix.F_SETLKW, &all); err != unix.EINTR {
			return err
		}
	}
}

// withLockers starts two tellers on two accounts of 100, and ends them after do.
func withLockers(kind, orderA, orderB string, do func(a, b *teller) error) error {
	dir, remove, err := tempDir()
	if err != nil {
		return err
	}
	defer remove()
	if err := createAccounts(dir, []int64{100, 100}); err != nil {
		return err
	}
	a, err := startTeller("teller A", dir, "locker", kind, orderA)
	if err != nil {
		return err
	}
	b, err := startTeller("teller B", dir, "locker", kind, orderB)
	if err != nil {
		return errors.Join(err, a.end())
	}
	err = errors.Join(a.ready(), b.ready())
	remove()
	if err == nil {
		err = do(a, b)
	}
	return errors.Join(err, a.end(), b.end())
}
