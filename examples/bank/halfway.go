package main

// runHalfway kills a teller who has locked both accounts, and has debited one. The kernel frees
// the locks. Nothing remembers the transfer.
func runHalfway(args []string) error {
	fs := newFlags("halfway")
	if err := parse(fs, args); err != nil {
		return err
	}
	// NOTE: incorrect: the flock strategy writes two balances, and nothing says that they belong
	// together.
	show := func(line string) { say("%s", line) }
	_, balances, err := crashOnce("flock", "debited", show)
	if err != nil {
		return err
	}
	lost := 200 - balances[0] - balances[1]
	say("accounts %d and %d: of 200, %d are gone", balances[0], balances[1], lost)
	return nil
}
