// want: everybody sleeps
package main

// Wait looks at the counter, and who has come back for the next round has changed that.
func Wait(b *Barrier) error {
	b.Arrived++
	if b.Arrived == b.Parties {
		b.Arrived = 0
		b.WakeAll()
		return nil
	}
	for b.Arrived != 0 {
		b.Sleep()
	}
	return nil
}
