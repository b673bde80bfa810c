// want: a party wakes up for no reason
package main

// Wait does not look again after the sleep.
func Wait(b *Barrier) error {
	b.Arrived++
	if b.Arrived == b.Parties {
		b.Arrived = 0
		b.WakeAll()
		return nil
	}
	b.Sleep()
	return nil
}
