package main

import (
	"fmt"
	"os"
	"regexp"
	"time"

	"example.com/lockstep/examples/hello/lockstep"
	"golang.org/x/sys/unix"
)

// runDeadlock lets two tellers lock the same two accounts in opposite order. Each locks one, then
// asks for the other's. fcntl's locks notice the circle and refuse the one who closes it; flock's
// let both wait for ever.
func runDeadlock(f *lockstep.Flags) {
	flock := f.Bool("flock", false, "lock with flock instead of fcntl")
	f.Parse()
	a, b := startLockers(*flock, true)
	ask(a, 0)
	answer(a)
	ask(b, 1)
	answer(b)
	ask(a, 1)
	waits(a, b)
	ask(b, 0)
	if *flock {
		waits(b, a)
		lockstep.Say("both wait in the kernel, each for the other: nobody will ever move")
		return
	}
	answer(b) // it is refused
	answer(a)
}

// runOrdered lets both lock the account with the lower number first. Who comes second waits before
// it has locked anything: no circle can close.
func runOrdered(f *lockstep.Flags) {
	f.Parse()
	a, b := startLockers(false, false)
	ask(a, 0)
	answer(a)
	ask(b, 0)
	waits(b, a)
	ask(a, 1)
	answer(a)
	lockstep.Check(a.Wait()) // the kernel takes back what it has locked
	answer(b)
	ask(b, 1)
	answer(b)
}

func startLockers(flock, opposite bool) (a, b *lockstep.Process) {
	zero, err := lockstep.UnnamedOpens(2, 0)
	lockstep.Check(err)
	one, err := lockstep.UnnamedOpens(2, 0)
	lockstep.Check(err)
	a, err = lockstep.Start("teller A", "locker", flock, 0, zero[0], 1, one[0])
	lockstep.Check(err)
	if opposite {
		b, err = lockstep.Start("teller B", "locker", flock, 1, one[1], 0, zero[1])
	} else {
		b, err = lockstep.Start("teller B", "locker", flock, 0, zero[1], 1, one[1])
	}
	lockstep.Check(err)
	for _, f := range append(zero, one...) {
		f.Close() // open here, it would keep a lock when its teller has ended
	}
	return a, b
}

// locker locks two accounts, each when it is its turn.
func locker(args lockstep.Args) {
	lock := lockFcntl
	if args[0] == "true" {
		lock = lockFlock
	}
	for _, i := range []int{1, 3} {
		lockstep.Turn()
		err := lock(args.File(i + 1))
		if err == unix.EDEADLK {
			lockstep.Done("is refused: %v", err)
			return // and the kernel takes back what we have locked
		}
		lockstep.Check(err)
		lockstep.Done("locks account %s", args[i])
	}
}

// lockFcntl waits until this process has the lock on a file. The kernel refuses it if it would have
// to wait for somebody who waits for this process.
func lockFcntl(f *os.File) error {
	for {
		whole := unix.Flock_t{Type: unix.F_WRLCK}
		if err := unix.FcntlFlock(f.Fd(), unix.F_SETLKW, &whole); err != unix.EINTR {
			return err
		}
	}
}

// lockFlock waits until this open file has the lock on its file.
func lockFlock(f *os.File) error {
	for {
		if err := unix.Flock(int(f.Fd()), unix.LOCK_EX); err != unix.EINTR {
			return err
		}
	}
}

func ask(p *lockstep.Process, account int) {
	lockstep.Say("[%s] asks for account %d", p.Name, account)
	p.Allow()
}

func answer(p *lockstep.Process) {
	did, err := p.Answer()
	lockstep.Check(err)
	lockstep.Say("[%s] %s", p.Name, did)
}

// waits returns when the kernel shows that a process waits for a lock that the other has. If one of
// them has ended, that will not come.
func waits(p, other *lockstep.Process) {
	// 1: -> POSIX  ADVISORY  WRITE 4711 fe:00:1234 0 EOF
	waiting := regexp.MustCompile(fmt.Sprintf(`(?m)^\d+: +-> +\w+ +\w+ +\w+ +%d `, p.Cmd.Process.Pid))
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(time.Millisecond) {
		locks, err := os.ReadFile("/proc/locks")
		lockstep.Check(err)
		if waiting.Match(locks) {
			return
		}
		for _, q := range []*lockstep.Process{p, other} {
			var info unix.Siginfo
			err := unix.Waitid(unix.P_PID, q.Cmd.Process.Pid, &info, unix.WEXITED|unix.WNOHANG|unix.WNOWAIT, nil)
			if err == nil && info.Signo != 0 {
				lockstep.Check(q.Wait())
				lockstep.Check(fmt.Errorf("%s has ended before its turn", q.Name))
			}
		}
		if time.Now().After(end) {
			lockstep.Check(fmt.Errorf("%s does not wait for a lock", p.Name))
		}
	}
}
