package main

// runOrdered lets the same two tellers move money in opposite directions, but both lock the
// account with the lower number first. Who comes second waits before it has locked anything: no
// circle can close.
func runOrdered(args []string) error {
	fs := newFlags("ordered")
	if err := parse(fs, args); err != nil {
		return err
	}
	return withLockers("fcntl", "01", "01", func(a, b *teller) error {
		show := shower{}
		show.lines(a, 1, 2) // asks for account 0, locks it
		show.lines(b, 1, 1) // asks for account 0
		show.waits(b)
		show.lines(a, 1, 3) // asks for account 1, locks it, moves the money
		show.lines(b, 1, 4) // locks both and moves
		return show.err
	})
}
