// want: everybody sleeps
package main

// Wait wakes one of those who sleep.
func Wait(b *Barrier) error {
	mine := b.Round
	b.Arrived++
	if b.Arrived == b.Parties {
		b.Arrived = 0
		b.Round++
		b.WakeOne()
	}
	for b.Round == mine {
		b.Sleep()
	}
	return nil
}
