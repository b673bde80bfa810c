package ledger

// A Flock keeps its accounts in a file, and locks the file while it moves money. The kernel keeps
// the lock and wakes up those who wait for it. If its holder dies the kernel frees it, so nobody
// has to clean up; but a move that was half done stays half done.
//
// A Flock is for one goroutine at a time. Each goroutine or process that moves money at the same
// time opens one of its own, on a file it has opened itself.
type Flock struct{ accounts accounts }

// CreateFlock writes an account for each balance into an empty file.
func CreateFlock(f File, balances []int64) error { return createAccounts(f, balances) }

// OpenFlock opens the accounts in a file. It refuses a file in which something is damaged.
func OpenFlock(f File) (*Flock, error) {
	accounts, err := openAccounts(f)
	if err != nil {
		return nil, err
	}
	l := &Flock{accounts}
	_, err = l.Balances()
	return l, err
}

// Move moves money while it has the lock. It waits as long as another process has it.
func (l *Flock) Move(from, to int, amount int64) error {
	if err := checkMove(l.accounts.n, from, to, amount); err != nil {
		return err
	}
	unlock, err := lock(l.accounts.file)
	if err != nil {
		return err
	}
	defer unlock()
	have, err := l.accounts.read(from)
	if err != nil {
		return err
	}
	there, err := l.accounts.read(to)
	if err != nil {
		return err
	}
	if have < amount {
		return ErrFunds
	}
	err = l.accounts.write(from, have-amount)
	if err == nil {
		// A process that is killed here takes the money along.
		err = l.accounts.write(to, there+amount)
	}
	if err != nil {
		return undone(err, l.accounts.write(from, have), l.accounts.write(to, there))
	}
	return nil
}

// Balances reads all accounts while it has the lock, so that money on its way is counted once.
func (l *Flock) Balances() ([]int64, error) {
	unlock, err := lock(l.accounts.file)
	if err != nil {
		return nil, err
	}
	defer unlock()
	return l.accounts.readAll(nil)
}

// Close does nothing: the file is the caller's.
func (l *Flock) Close() error { return nil }
