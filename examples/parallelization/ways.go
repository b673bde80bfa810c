package main

// ways are what the variants of the same names do: add two vectors of n numbers by p workers, let
// the meter count what it takes, and return the checksum of the sums.
var ways = map[string]func(n, p int, m *meter) (string, error){
	"serial":     addSerially,
	"goroutines": addByGoroutines,
	"pipes":      addThroughPipes,
	"shared":     addInSharedMemory,
	"warm":       addWarm,
}

// runWays prints for each way what it starts, asks and moves to get the same result.
func runWays(args []string) error {
	fs := newFlags("ways")
	n, p := addFlags(fs)
	if err := parse(fs, args); err != nil {
		return err
	}
	say("%-11s %9s %10s %15s  checksum of", "", "processes", "", "bytes")
	say("%-11s %9s %10s %15s  %d sums", "way", "started", "requests", "through pipes", *n)
	for _, name := range []string{"serial", "goroutines", "pipes", "shared", "warm"} {
		var m meter
		result, err := ways[name](*n, *p, &m)
		if err != nil {
			return err
		}
		say("%-11s %9d %10d %15d  %s",
			name, m.processes.Load(), m.requests.Load(), m.bytes.Load(), result)
	}
	return nil
}
