package main

import "fmt"

// transferrerRole returns the role of a teller who transfers 50 and waits after each step.
func transferrerRole(strategy string) func(args []string) error {
	return func(args []string) error {
		s, err := findStrategy(strategy)
		if err != nil {
			return err
		}
		l, err := s.open(".")
		if err != nil {
			return err
		}
		orders := orders()
		pause := func(step string) {
			say("[%s] %s", args[0], step)
			<-orders
		}
		switch l := l.(type) {
		case *flockLedger:
			l.pause = pause
		case *casLedger:
			l.pause = pause
		case *optimisticLedger:
			l.pause = pause
		case *walLedger:
			l.pause = pause
		}
		say("ready")
		<-orders
		if err := l.move(0, 1, 50); err != nil {
			return fmt.Errorf("%s: %w", args[0], err)
		}
		pause("done")
		return nil
	}
}
